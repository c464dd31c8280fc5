# The vectors of openapi/vectors, each asserted; every method returns how many there were.
require_relative 'client'

module Vectors
  module_function

  def read(path) = JSON.parse(File.read(path, encoding: 'UTF-8'))

  def check(condition, otherwise)
    raise otherwise unless condition
  end

  def signing(folder)
    vectors, refuse, dates = read("#{folder}/signing.json").values_at('vectors', 'refuse', 'dates')
    vectors.each do |v|
      own = v['headers'].reject { |name, _| %w[x-date x-user-id].include?(name.downcase) }
      stages = signed(v, own)
      v['expect'].each { |stage, value| check(stages[stage] == value, "#{v['name']}: #{stage} is #{stages[stage].inspect}") }
    end
    refuse.each do |v|
      signed(v, v['headers'])
      raise "#{v['name']} must be refused"
    rescue ArgumentError
      next
    end
    dates.each { |v| check(Signer.x_date_at(Time.at(v['unix_ms'] / 1000r)) == v['x_date'], v['name']) }
    vectors.size + refuse.size + dates.size
  end

  def signed(v, headers)
    Signer.sign(v['method'], v['url'], app_id: v['app_id'], app_secret: v['app_secret'], user_id: v['user_id'],
                x_date: v['x_date'], headers: headers, body: [v['body_hex']].pack('H*'), signed: v['signed_headers'])
  end

  def requests(folder)
    vectors = read("#{folder}/requests.json")['vectors']
    vectors.each do |v|
      app, token, given, expect = *v['credentials'].values_at('app_id', 'token'), v['parameters'], v['expect']
      app &&= { app_id: app, app_secret: v['credentials']['app_secret'] }
      client = SigningClient.new(v['endpoint'], v['user_id'], app: app, token: token, x_date: -> { v['x_date'] })
      sent = captured(client, given)
      check(sent.options[:method] == expect['method'].downcase.to_sym, "#{v['name']}: #{sent.options[:method]}")
      check(sent.url == expect['url'], "#{v['name']}: #{sent.url}")
      headers = sent.options[:headers].to_h { |name, value| [name.to_s.downcase, value] }
      # libcurl writes Host itself, from the URL.
      expect['headers'].except('Host').each { |name, value| check(headers[name.downcase] == value, "#{v['name']}: #{name}") }
      expect['absent_headers'].each { |name| check(!headers.key?(name), "#{v['name']}: #{name}") }
    end
    vectors.size
  end

  # The request that would have gone out.
  def captured(client, given)
    client.define_singleton_method(:call_api) { |method, path, opts| throw(:sent, build_request(method, path, opts)) }
    names = { cursor: 'cursor', device_id: 'deviceId', x_backup_lock_id: 'x-backup-lock-id' }
    options = names.transform_values { |name| given[name] }.compact
    catch(:sent) { KoodriveClient::BackupApi.new(client).list_backup_records(given['moduleCode'], given['pageSize'], options) }
  end

  # limits names the vectors that the generated types cannot read; those must be seen.
  def responses(folder, answers, limits)
    vectors = read("#{folder}/responses.json")['vectors']
    vectors.each do |v|
      got, wanted = Backup.page(client_for(answers, v), '101', 100), v['outcome']
      problem = difference(got, wanted)
      if limits.key?(v['name'])
        check(problem, "#{v['name']} is read well: take it off the limits")
        check(got[:kind] == 'error' || got[:unreadable] > wanted['unreadable'], "#{v['name']}: #{problem}, and nobody sees it")
      else
        check(problem.nil?, "#{v['name']}: #{problem}")
      end
    end
    vectors.size
  end

  # How many pages the plainly generated call reads, and how many there are.
  def plain(folder, answers)
    pages = read("#{folder}/responses.json")['vectors'].select { |v| v['outcome']['kind'] == 'page' }
    read = pages.count do |v|
      page = KoodriveClient::BackupApi.new(client_for(answers, v)).list_backup_records('101', 100)
      told(page.data) == v['outcome']['records'].map { |record| record.values_at('recordId', 'moduleCode', 'status') }
    rescue KoodriveClient::ApiError, StandardError
      false
    end
    [read, pages.size]
  end

  def client_for(answers, v) = SigningClient.new("#{answers}/#{v['name']}", '1505084218764547200', token: '60f4ccc7')

  # nil when both say the same.
  def difference(got, wanted)
    if got[:kind] == 'page' && wanted['kind'] == 'page'
      got = [told(got[:records]), got[:unreadable], got[:next_cursor]]
      wanted = [wanted['records'].map { |r| r.values_at('recordId', 'moduleCode', 'status') }, *wanted.values_at('unreadable', 'next_cursor')]
    elsif got[:kind] == 'error' && wanted['kind'] == 'error'
      # Without a status the client saw no usable answer; what it need not know is which status that had.
      return wanted['code'].nil? && wanted['retryable'] ? nil : [got, wanted] if got[:http_status].nil?
      wanted = got.keys.to_h { |name| [name, wanted[name.to_s]] }
    end
    got == wanted ? nil : [got, wanted]
  end

  def told(records) = (records || []).map { |record| [record.record_id, record.module_code, record.status] }
end
