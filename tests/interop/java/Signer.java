import static java.nio.charset.StandardCharsets.*;
import java.security.*;
import java.time.Instant;
import java.util.*;
import java.util.regex.*;
import java.util.stream.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** App ID authentication of KooDrive, in the JDK alone. */
record Signer(String appId, String appSecret, String userId) {
  /** Gives the value of Authorization and the stages that lead to it; headers are without X-User-Id and X-Date. */
  Map<String, String> sign(String method, String url, List<Map.Entry<String, String>> headers, byte[] body, String xDate, List<String> signed) {
    check(appId.matches("[!#-+\\--:<>-~]+"), "bad app id");
    check(!appSecret.isEmpty() && !userId.isBlank(), "empty app secret or user id");
    check(xDate.matches("[0-9]{8}T[0-9]{6}Z"), "X-Date is not yyyyMMdd'T'HHmmss'Z'");
    var names = signed.stream().map(name -> name.toLowerCase(Locale.ROOT)).distinct().sorted().toList();
    check(names.containsAll(List.of("x-date", "x-user-id")) && !names.contains("authorization"), "bad choice of signed headers");
    var given = Stream.concat(headers.stream(), Stream.of(Map.entry("x-user-id", userId), Map.entry("x-date", xDate)))
        .collect(Collectors.groupingBy(header -> header.getKey().toLowerCase(Locale.ROOT), Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    given.putIfAbsent("host", List.of(canonicalHost(url)));
    var lines = new StringBuilder();
    for (var name : names) {
      var values = given.getOrDefault(name, List.of());
      check(values.size() == 1, "header " + name + " occurs " + values.size() + " times");
      check(values.get(0).matches("[\\t -~]*"), "header " + name + " is not visible ASCII");
      lines.append(name + ":" + values.get(0).strip() + "\n");
    }
    String uri = canonicalUri(url), query = canonicalQuery(url), joined = String.join(";", names);
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var bodyHash = HexFormat.of().formatHex(sha256.digest(body));
      var request = String.join("\n", method, uri, query, lines, joined, bodyHash);
      var requestHash = HexFormat.of().formatHex(sha256.digest(request.getBytes(UTF_8)));
      var toSign = "HMAC-SHA256\n" + requestHash;
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(appSecret.getBytes(UTF_8), "HmacSHA256"));
      var signature = HexFormat.of().formatHex(mac.doFinal(toSign.getBytes(UTF_8)));
      var value = "HMAC-SHA256 AppId=" + appId + ",SignedHeaders=" + joined + ",Signature=" + signature;
      return Map.of("canonical_uri", uri, "canonical_query", query, "body_sha256", bodyHash, "canonical_request", request,
          "canonical_request_sha256", requestHash, "string_to_sign", toSign, "signature", signature, "authorization", value);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
  static String canonicalUri(String url) {
    var kept = new ArrayDeque<String>();
    for (var raw : part(url, 3).replaceFirst("^/", "").split("/", -1)) {
      var segment = encode(decode(raw));
      if (segment.equals("..")) kept.pollLast();
      else if (!segment.equals(".")) kept.add(segment);
    }
    return ("/" + String.join("/", kept)).replaceFirst("(?<!/)$", "/");
  }
  static String canonicalQuery(String url) {
    return Stream.of(part(url, 4).replace('+', ' ').split("&")).filter(piece -> !piece.isEmpty())
        .map(piece -> Stream.of((piece.contains("=") ? piece : piece + "=").split("=", 2)).map(Signer::decode).toList())
        .sorted(Comparator.<List<String>, String>comparing(pair -> pair.get(0)).thenComparing(pair -> pair.get(1)))
        .map(pair -> encode(pair.get(0)) + "=" + encode(pair.get(1))).collect(Collectors.joining("&"));
  }
  private static String canonicalHost(String url) {
    return part(url, 2).replaceFirst("^.*@", "").toLowerCase(Locale.ROOT).replaceFirst(part(url, 1).equals("https") ? ":443$" : ":80$", "");
  }
  private static String part(String url, int number) {
    var parts = Pattern.compile("(https?)://([^/?#]*)([^?#]*)\\??([^#]*)").matcher(url);
    check(parts.lookingAt(), "not an absolute URL");
    return parts.group(number);
  }
  // A character a byte: bytes that are no UTF-8 survive, and strings sort as their bytes do.
  private static String decode(String text) {
    return Pattern.compile("%([0-9a-fA-F]{2})").matcher(new String(text.getBytes(UTF_8), ISO_8859_1))
        .replaceAll(m -> Matcher.quoteReplacement("" + (char) Integer.parseInt(m.group(1), 16)));
  }
  private static String encode(String bytes) {
    return Pattern.compile("[^A-Za-z0-9._~-]").matcher(bytes).replaceAll(m -> "%%%02X".formatted((int) m.group().charAt(0)));
  }
  /** The header's form of a time, set back 30 s: a date in the service's future is refused. */
  static String xDateAt(Instant time) { return time.minusSeconds(30).toString().replaceAll("[-:]|\\.\\d+", ""); }
  private static void check(boolean condition, String otherwise) { if (!condition) throw new IllegalArgumentException(otherwise); }
}
