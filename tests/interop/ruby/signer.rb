# App ID authentication of KooDrive, in the standard library alone.
require 'openssl'

module Signer
  module_function

  # Gives the value of Authorization and the stages that lead to it. headers are [name, value] pairs
  # without X-User-Id and X-Date. Bad input is an ArgumentError.
  def sign(method, url, app_id:, app_secret:, user_id:, x_date:, headers: [], body: '', signed: nil)
    check(app_id.match?(/\A[!#-+\--:<>-~]+\z/), 'bad app id')
    check(!app_secret.empty? && !user_id.strip.empty?, 'empty app secret or user id')
    check(x_date.match?(/\A\d{8}T\d{6}Z\z/), "X-Date is not yyyyMMdd'T'HHmmss'Z'")
    names = (signed || %w[host x-date x-user-id]).map(&:downcase).uniq.sort
    check(!names.include?('authorization'), 'Authorization cannot be signed')
    check((%w[x-date x-user-id] - names).empty?, 'x-date and x-user-id must be signed')
    given = [*headers, ['X-User-Id', user_id], ['X-Date', x_date]].group_by { |name, _| name.downcase }
    given['host'] ||= [['host', canonical_host(url)]]
    lines = names.map do |name|
      (_, value), *more = given[name]
      check(value && more.empty?, "header #{name} is missing or occurs twice")
      check(value.match?(/\A[\t -~]*\z/), "header #{name} is not visible ASCII")
      "#{name}:#{value.gsub(/\A[ \t]+|[ \t]+\z/, '')}\n"
    end
    stages = { 'canonical_uri' => canonical_uri(url), 'canonical_query' => canonical_query(url), 'body_sha256' => sha256(body) }
    uri, query, body_sha256 = stages.values
    request = [method, uri, query, lines.join, names.join(';'), body_sha256].join("\n")
    to_sign = "HMAC-SHA256\n#{sha256(request)}"
    signature = OpenSSL::HMAC.hexdigest('SHA256', app_secret, to_sign)
    value = "HMAC-SHA256 AppId=#{app_id},SignedHeaders=#{names.join(';')},Signature=#{signature}"
    stages.merge('canonical_request' => request, 'canonical_request_sha256' => sha256(request),
                 'string_to_sign' => to_sign, 'signature' => signature, 'authorization' => value)
  end

  def canonical_uri(url)
    kept = []
    parts(url)[2].delete_prefix('/').split('/', -1).map { |segment| encode(decode(segment)) }.each do |segment|
      segment == '..' ? kept.pop : kept.push(segment)
      kept.pop if segment == '.'
    end
    "/#{kept.join('/')}".sub(%r{(?<!/)\z}, '/')
  end

  # The query as it is signed, and as it should be sent.
  def canonical_query(url)
    pairs = parts(url)[3].to_s.tr('+', ' ').split('&').reject(&:empty?)
    pairs = pairs.map { |piece| piece.partition('=').values_at(0, 2).map { |text| decode(text) } }
    pairs.sort.map { |pair| pair.map { |text| encode(text) }.join('=') }.join('&')
  end

  def canonical_host(url)
    scheme, authority = parts(url)
    authority.sub(/\A.*@/, '').downcase.sub(scheme.downcase == 'https' ? /:443\z/ : /:80\z/, '')
  end

  # The parts as they are written: the URI classes would already change what is to be signed.
  def parts(url)
    match = %r{\A(https?)://([^/?#]*)([^?#]*)(?:\?([^#]*))?}i.match(url)
    check(match, 'not an absolute URL')
    match.captures
  end

  # In bytes, so that what is no UTF-8 survives.
  def decode(text)
    text.b.gsub(/%\h\h/) { |hex| hex[1, 2].hex.chr }
  end

  def encode(bytes)
    bytes.b.gsub(/[^A-Za-z0-9\-_.~]/) { |byte| format('%%%02X', byte.ord) }
  end

  def sha256(text) = OpenSSL::Digest::SHA256.hexdigest(text)

  # The header's form of a time, set back 30 s: a date in the service's future is refused.
  def x_date_at(time) = (time - 30).utc.strftime('%Y%m%dT%H%M%SZ')

  def check(condition, otherwise)
    raise ArgumentError, otherwise unless condition
  end
end
