import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.BackupApi;
import org.openapitools.client.model.BackupRecord;

/** The vectors of openapi/vectors, each asserted; every method returns how many there were. */
final class Vectors {
  private final String folder;

  Vectors(String folder) {
    this.folder = folder;
  }

  static JsonNode read(String file) throws IOException {
    return new ObjectMapper().readTree(new File(file));
  }

  int signing() throws Exception {
    var file = read(folder + "/signing.json");
    for (var v : file.get("vectors")) {
      var stages = sign(v, name -> !name.equalsIgnoreCase("x-date") && !name.equalsIgnoreCase("x-user-id"));
      v.get("expect").fields().forEachRemaining(stage ->
          equal(stages.get(stage.getKey()), stage.getValue().asText(), name(v) + ": " + stage.getKey()));
    }
    for (var v : file.get("refuse")) {
      try {
        sign(v, name -> true);
      } catch (IllegalArgumentException e) {
        continue;
      }
      throw new AssertionError(name(v) + " must be refused");
    }
    for (var v : file.get("dates")) {
      equal(Signer.xDateAt(Instant.ofEpochMilli(v.get("unix_ms").asLong())), text(v, "x_date"), name(v));
    }
    return file.get("vectors").size() + file.get("refuse").size() + file.get("dates").size();
  }

  private static Map<String, String> sign(JsonNode v, Predicate<String> isGiven) {
    var headers = new ArrayList<Map.Entry<String, String>>();
    for (var pair : v.get("headers")) {
      if (isGiven.test(pair.get(0).asText())) headers.add(Map.entry(pair.get(0).asText(), pair.get(1).asText()));
    }
    var signed = v.get("signed_headers").isNull()
        ? List.of("host", "x-date", "x-user-id")
        : stream(v.get("signed_headers")).map(JsonNode::asText).toList();
    var signer = new Signer(v.get("app_id").asText(), v.get("app_secret").asText(), v.get("user_id").asText());
    var body = HexFormat.of().parseHex(v.get("body_hex").asText());
    return signer.sign(v.get("method").asText(), v.get("url").asText(), headers, body, v.get("x_date").asText(), signed);
  }

  /** Carries a request instead of sending it. */
  private static final class Captured extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient HttpRequest request;

    Captured(HttpRequest request) {
      this.request = request;
    }
  }

  int requests() throws Exception {
    var vectors = read(folder + "/requests.json").get("vectors");
    for (var v : vectors) {
      var request = sent(v);
      var expect = v.get("expect");
      equal(request.method(), text(expect, "method"), name(v));
      equal(request.uri().toString(), text(expect, "url"), name(v));
      expect.get("headers").fields().forEachRemaining(header -> {
        // The JDK writes Host itself, from the URL.
        if (header.getKey().equals("Host")) return;
        var values = request.headers().allValues(header.getKey());
        equal(values, List.of(header.getValue().asText()), name(v) + ": " + header.getKey());
      });
      for (var absent : expect.get("absent_headers")) {
        check(request.headers().firstValue(absent.asText()).isEmpty(), name(v) + ": " + absent);
      }
    }
    return vectors.size();
  }

  private static HttpRequest sent(JsonNode v) throws ApiException {
    String endpoint = text(v, "endpoint"), userId = text(v, "user_id"), date = text(v, "x_date");
    JsonNode app = v.get("credentials"), given = v.get("parameters");
    var client = app.has("token")
        ? Client.withToken(endpoint, userId, text(app, "token"), () -> date)
        : Client.signing(endpoint, new Signer(text(app, "app_id"), text(app, "app_secret"), userId), () -> date);
    var capturing = new ApiClient().setRequestInterceptor(client.interceptor.andThen(builder -> {
      throw new Captured(builder.build());
    }));
    capturing.updateBaseUri(endpoint);
    try {
      new BackupApi(capturing).listBackupRecords(text(given, "moduleCode"),
          given.get("pageSize").asInt(), text(given, "cursor"), text(given, "deviceId"), text(given, "x-backup-lock-id"));
    } catch (Captured e) {
      return e.request;
    }
    throw new AssertionError("nothing was sent for " + name(v));
  }

  /** limits names the vectors that the generated client cannot read; those must be seen. */
  int responses(String answers, JsonNode limits) throws Exception {
    var vectors = read(folder + "/responses.json").get("vectors");
    for (var v : vectors) {
      var client = Client.withToken(answers + "/" + name(v), "1505084218764547200", "60f4ccc7", Client::now);
      var got = client.page("101", 100, null);
      var wanted = v.get("outcome");
      var isGood = matches(got, wanted);
      if (limits.has(name(v))) {
        check(!isGood, name(v) + " is read well: take it off the limits");
        var isLoud = !(got instanceof Client.Page page) || page.unreadable() > wanted.path("unreadable").asInt();
        check(isLoud, name(v) + ": " + got + ", and nobody sees it");
      } else {
        check(isGood, name(v) + ": " + got + " instead of " + wanted);
      }
    }
    return vectors.size();
  }

  /** How many of how many pages the plainly generated call reads. */
  String plain(String answers) throws Exception {
    int count = 0, pages = 0;
    for (var v : read(folder + "/responses.json").get("vectors")) {
      var wanted = v.get("outcome");
      if (!text(wanted, "kind").equals("page")) continue;
      pages += 1;
      var client = new ApiClient();
      client.updateBaseUri(answers + "/" + name(v));
      try {
        var data = new BackupApi(client).listBackupRecords("101", 100, null, null, null).getData();
        var records = Objects.requireNonNullElse(data, List.<BackupRecord>of());
        if (records.stream().map(Vectors::told).toList().equals(stream(wanted.get("records")).map(Vectors::told).toList())) count += 1;
      } catch (ApiException e) {
        // The page is lost, and the caller is told.
      }
    }
    return count + " of " + pages;
  }

  private static boolean matches(Client.Outcome got, JsonNode wanted) {
    if (!text(wanted, "kind").equals(got instanceof Client.Page ? "page" : "error")) return false;
    if (got instanceof Client.Page page) {
      return page.records().stream().map(Vectors::told).toList().equals(stream(wanted.get("records")).map(Vectors::told).toList())
          && page.unreadable() == wanted.get("unreadable").asInt()
          && Objects.equals(page.nextCursor(), text(wanted, "next_cursor"));
    }
    var failure = (Client.Failure) got;
    // The client saw no usable answer; what it need not know is which status that had.
    if (failure.status() == 0) return wanted.get("code").isNull() && wanted.get("retryable").asBoolean();
    return failure.equals(new Client.Failure(wanted.get("http_status").asInt(), text(wanted, "code"),
        wanted.get("unauthorized").asBoolean(), wanted.get("throttled").asBoolean()));
  }

  private static List<Object> told(BackupRecord record) {
    return Arrays.asList(record.getRecordId(), record.getModuleCode(), record.getStatus());
  }

  private static List<Object> told(JsonNode record) {
    return Arrays.asList(text(record, "recordId"), text(record, "moduleCode"), record.has("status") ? record.get("status").asInt() : null);
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static String name(JsonNode vector) {
    return text(vector, "name");
  }

  private static String text(JsonNode object, String member) {
    return object.hasNonNull(member) ? object.get(member).asText() : null;
  }

  static void equal(Object got, Object wanted, String what) {
    check(Objects.equals(got, wanted), what + ": " + got + " instead of " + wanted);
  }

  static void check(boolean condition, String otherwise) {
    if (!condition) throw new AssertionError(otherwise);
  }
}
