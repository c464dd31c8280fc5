import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.openapitools.client.model.BackupRecord;

/** One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed. */
final class Scenario {
  private Scenario() {}

  public static void main(String[] args) throws Exception {
    var vectors = new Vectors(env("KOODRIVE_VECTORS"));
    var count = vectors.signing();
    ok("signing vectors");
    count += vectors.requests();
    ok("request vectors");
    count += vectors.responses(env("KOODRIVE_ANSWERS"), Vectors.read(env("KOODRIVE_LIMITS")).get("java"));
    ok("response vectors");

    var endpoint = env("KOODRIVE_ENDPOINT");
    var userId = env("KOODRIVE_USER_ID");
    var signer = new Signer(env("KOODRIVE_APP_ID"), env("KOODRIVE_APP_SECRET"), userId);
    var ids = list(Client.signing(endpoint, signer, Client::now)).stream().map(BackupRecord::getRecordId).toList();
    Vectors.equal(new HashSet<>(ids).size(), 250, "different records");
    Vectors.equal(ids.get(0), "1842862763295184641", "first record");
    ok("app signature");

    var byToken = list(Client.withToken(endpoint, userId, env("KOODRIVE_TOKEN"), Client::now));
    Vectors.equal(byToken.stream().map(BackupRecord::getRecordId).toList(), ids, "records by token");
    ok("token");

    var odd = list(Client.signing(env("KOODRIVE_ODD_ENDPOINT"), signer, Client::now));
    Vectors.equal(odd.stream().filter(r -> "199".equals(r.getModuleCode())).count(), 7L, "unknown modules");
    Vectors.equal(odd.stream().filter(r -> Integer.valueOf(9).equals(r.getStatus())).count(), 7L, "unknown statuses");
    ok("unknown values");

    var another = new Signer(signer.appId(), "another", userId);
    Stream.of(Client.signing(endpoint, another, Client::now), Client.withToken(endpoint, userId, "lapsed", Client::now)).forEach(client -> {
      var answer = client.page("101", 40, null);
      var isRefused = answer instanceof Client.Failure failure && failure.unauthorized() && failure.status() == 401;
      Vectors.check(isRefused, "not refused: " + answer);
    });
    ok("refused");
    System.out.println("vectors " + count);
    System.out.println("read " + vectors.plain(env("KOODRIVE_ANSWERS")));
  }

  private static List<BackupRecord> list(Client client) {
    var records = new ArrayList<BackupRecord>();
    String cursor = null;
    var pages = 0;
    do {
      var answer = client.page("101", 40, cursor);
      if (!(answer instanceof Client.Page page)) throw new AssertionError(answer.toString());
      Vectors.equal(page.unreadable(), 0, "unreadable records");
      records.addAll(page.records());
      pages += 1;
      cursor = page.nextCursor();
      for (var mark : cursor == null ? List.<String>of() : List.of("+", "/", "=", "&", "%", " ", "é")) {
        Vectors.check(cursor.contains(mark), cursor);
      }
    } while (cursor != null);
    Vectors.equal(pages, 7, "pages");
    Vectors.equal(records.size(), 250, "records");
    return records;
  }

  private static void ok(String step) {
    System.out.println("ok " + step);
  }

  private static String env(String name) {
    var value = System.getenv(name);
    if (value == null) throw new IllegalStateException(name + " is not set");
    return value;
  }
}
