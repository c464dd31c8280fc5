# The generated client with a signature on every request, and what an answer comes to.
require 'json'
require 'koodrive_client'
require_relative 'signer'

# Takes an app as { app_id:, app_secret: }, or a token.
class SigningClient < KoodriveClient::ApiClient
  def initialize(endpoint, user_id, app: nil, token: nil, x_date: -> { Signer.x_date_at(Time.now) })
    configuration = KoodriveClient::Configuration.new
    configuration.define_singleton_method(:base_url) { |*| endpoint }
    super(configuration)
    @user_id, @app, @token, @x_date = user_id, app, token, x_date
  end

  def build_request(http_method, path, opts = {})
    request = super
    url = request.url
    # Sent as it is signed, so that no reading of the query can differ.
    request.base_url = "#{url.split('?').first}?#{Signer.canonical_query(url)}"
    request.options.delete(:params)
    request.options[:headers].update(authentication(http_method.to_s, url))
    # Credentials must not follow a redirect.
    request.options[:followlocation] = false
    request
  end

  private

  def authentication(method, url)
    x_date = @x_date.call
    value = @token.to_s.match?(/\Abearer[+ ]/i) ? @token : "Bearer+#{@token}"
    value = Signer.sign(method, url, **@app, user_id: @user_id, x_date: x_date)['authorization'] if @app
    { 'X-User-Id' => @user_id, 'X-Date' => x_date, 'Authorization' => value }
  end
end

# One page, or one error, as a hash: never an error that looks like an empty page.
module Backup
  module_function

  # Reads record by record: the generated types make a text of anything, and of a number an empty record.
  def page(client, module_code, page_size, **options)
    api = KoodriveClient::BackupApi.new(client)
    body, = api.list_backup_records_with_http_info(module_code, page_size, debug_return_type: 'String', **options)
    members = parsed(body.to_s)
    return failure(nil, {}) unless members.is_a?(Hash)
    code = members['error_code'] || members['code']
    return failure(200, members) unless code.nil? ? members.key?('data') : code.to_s == '0'
    records = (members['data'] || []).map { |element| record(element) }
    next_cursor = members['nextCursor'].to_s
    { kind: 'page', records: records.compact, unreadable: records.count(nil), next_cursor: next_cursor.empty? ? nil : next_cursor }
  rescue KoodriveClient::ApiError => e
    # No connection (code 0), or a page without its end (code 200).
    return failure(nil, {}) if [nil, 0, 200].include?(e.code)
    members = parsed(e.response_body.to_s)
    failure(e.code, members.is_a?(Hash) ? members : {})
  end

  # nil for what is no record.
  def record(element)
    return unless element.is_a?(Hash)
    values = element.values_at('recordId', 'moduleCode', 'status')
    return unless values.all? { |value| [NilClass, String, Integer].include?(value.class) }
    KoodriveClient::BackupRecord.build_from_hash(element)
  end

  def failure(status, members)
    code = members['error_code'] || members['code']
    refused = status == 400 && members['msg'].to_s.downcase.include?('authentication failed')
    gateway = status != 429 && code.to_s.match?(/\AAPIGW?\.03/)
    { kind: 'error', http_status: status, code: code&.to_s,
      unauthorized: status == 401 || refused || gateway, throttled: status == 429 }
  end

  def parsed(body)
    JSON.parse(body)
  rescue JSON::ParserError
    nil
  end
end
