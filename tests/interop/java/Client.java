import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.BackupApi;
import org.openapitools.client.model.BackupRecord;
import org.openapitools.client.model.BackupRecordPage;

/** The generated client with a signature on every request, and what an answer comes to. */
final class Client {
  private static final ObjectMapper PLAIN = ApiClient.createDefaultObjectMapper();

  /** A page, or an error: never an error that looks like an empty page. */
  sealed interface Outcome permits Page, Failure {}

  record Page(List<BackupRecord> records, int unreadable, String nextCursor) implements Outcome {}

  record Failure(int status, String code, boolean unauthorized, boolean throttled) implements Outcome {}

  final Consumer<HttpRequest.Builder> interceptor;
  private final BackupApi api;

  private Client(String endpoint, Consumer<HttpRequest.Builder> interceptor) {
    this.interceptor = interceptor;
    // One bad record must cost neither its page nor its neighbours.
    var mapper = ApiClient.createDefaultObjectMapper().addMixIn(BackupRecordPage.class, RecordByRecord.class);
    var client = new ApiClient().setObjectMapper(mapper).setRequestInterceptor(interceptor);
    client.updateBaseUri(endpoint);
    api = new BackupApi(client);
  }

  static Client signing(String endpoint, Signer signer, Supplier<String> xDate) {
    return new Client(endpoint, builder -> {
      var request = builder.copy().build();
      var url = request.uri().toString();
      var date = xDate.get();
      var signed = List.of("host", "x-date", "x-user-id");
      var stages = signer.sign(request.method(), url, List.of(), new byte[0], date, signed);
      authenticate(builder, url, signer.userId(), date, stages.get("authorization"));
    });
  }

  static Client withToken(String endpoint, String userId, String token, Supplier<String> xDate) {
    var value = token.matches("(?i)bearer[+ ].*") ? token : "Bearer+" + token;
    return new Client(endpoint, builder ->
        authenticate(builder, builder.copy().build().uri().toString(), userId, xDate.get(), value));
  }

  static String now() {
    return Signer.xDateAt(Instant.now());
  }

  private static void authenticate(HttpRequest.Builder builder, String url, String userId, String date, String authorization) {
    // Sent as it is signed, so that no reading of the query can differ.
    builder.uri(URI.create(url.replaceFirst("\\?.*", "") + "?" + Signer.canonicalQuery(url)));
    builder.setHeader("X-User-Id", userId).setHeader("X-Date", date).setHeader("Authorization", authorization);
  }

  Outcome page(String module, int pageSize, String cursor) {
    BackupRecordPage answer;
    try {
      answer = api.listBackupRecords(module, pageSize, cursor, null, null);
    } catch (ApiException e) {
      // Code 0 is the client's own: no connection, or no answer of the documented form.
      return e.getCode() == 0 ? new Failure(0, null, false, false) : failure(e.getCode(), tree(e.getResponseBody()));
    }
    if (answer == null || (answer.getCode() == null ? answer.getData() == null : answer.getCode() != 0)) {
      return failure(200, answer == null ? tree(null) : PLAIN.valueToTree(answer));
    }
    var elements = Objects.requireNonNullElse(answer.getData(), List.<BackupRecord>of());
    var records = elements.stream().filter(Objects::nonNull).toList();
    var next = "".equals(answer.getNextCursor()) ? null : answer.getNextCursor();
    return new Page(records, elements.size() - records.size(), next);
  }

  private static Failure failure(int status, JsonNode body) {
    var member = body.hasNonNull("error_code") ? "error_code" : "code";
    var code = body.hasNonNull(member) ? body.get(member).asText() : null;
    var refused = status == 400 && body.path("msg").asText().toLowerCase(Locale.ROOT).contains("authentication failed");
    var gateway = status != 429 && code != null && code.matches("APIGW?\\.03.*");
    return new Failure(status, code, status == 401 || refused || gateway, status == 429);
  }

  private static JsonNode tree(String body) {
    try {
      return PLAIN.readTree(Objects.requireNonNullElse(body, "{}"));
    } catch (IOException e) {
      return PLAIN.createObjectNode();
    }
  }

  /** What cannot be read becomes null, and is counted. */
  static final class Lenient extends JsonDeserializer<BackupRecord> {
    @Override
    public BackupRecord deserialize(JsonParser parser, DeserializationContext context) throws IOException {
      JsonNode node = parser.readValueAsTree();
      try {
        return PLAIN.treeToValue(node, BackupRecord.class);
      } catch (JsonProcessingException e) {
        return null;
      }
    }
  }

  abstract static class RecordByRecord {
    @JsonDeserialize(contentUsing = Lenient.class)
    abstract void setData(List<BackupRecord> data);
  }
}
