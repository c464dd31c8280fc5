# One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed.
require_relative 'vectors'

def check(condition, otherwise = 'check') = Vectors.check(condition, otherwise)

def client(endpoint, **credentials) = SigningClient.new(ENV.fetch(endpoint), ENV.fetch('KOODRIVE_USER_ID'), **credentials)

def every_record(client)
  records, cursor = [], nil
  (1..).each do |pages|
    answer = Backup.page(client, '101', 40, **{ cursor: cursor }.compact)
    check(answer[:kind] == 'page' && answer[:unreadable].zero?, answer.inspect)
    records.concat(answer[:records])
    cursor = answer[:next_cursor]
    return [records, pages] if cursor.nil?
    check('+/=&% é'.chars.all? { |mark| cursor.include?(mark) }, cursor)
  end
end

def ok(step)
  puts "ok #{step}"
  $stdout.flush
end

folder, answers = ENV.fetch('KOODRIVE_VECTORS'), ENV.fetch('KOODRIVE_ANSWERS')
count = Vectors.signing(folder)
ok 'signing vectors'
count += Vectors.requests(folder)
ok 'request vectors'
count += Vectors.responses(folder, answers, Vectors.read(ENV.fetch('KOODRIVE_LIMITS'))['ruby'])
ok 'response vectors'

app = { app_id: ENV.fetch('KOODRIVE_APP_ID'), app_secret: ENV.fetch('KOODRIVE_APP_SECRET') }
records, pages = every_record(client('KOODRIVE_ENDPOINT', app: app))
ids = records.map(&:record_id)
check([pages, ids.uniq.size, ids.first] == [7, 250, '1842862763295184641'], "#{ids.uniq.size} ids on #{pages} pages")
ok 'app signature'
records, pages = every_record(client('KOODRIVE_ENDPOINT', token: ENV.fetch('KOODRIVE_TOKEN')))
check(pages == 7 && records.map(&:record_id) == ids, 'the token lists other records')
ok 'token'
records, pages = every_record(client('KOODRIVE_ODD_ENDPOINT', app: app))
check([records.size, pages] == [250, 7])
check(records.count { |record| record.module_code == '199' } == 7 && records.count { |record| record.status == 9 } == 7)
ok 'unknown values'
[{ app: { **app, app_secret: 'another' } }, { token: 'lapsed' }].each do |credentials|
  answer = Backup.page(client('KOODRIVE_ENDPOINT', **credentials), '101', 40)
  check(answer.values_at(:kind, :http_status, :unauthorized) == ['error', 401, true], answer.inspect)
end
ok 'refused'
puts "vectors #{count}", format('read %d of %d', *Vectors.plain(folder, answers))
