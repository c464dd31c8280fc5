/* One scenario against the sandbox; `cargo xtask interop` sets the environment and reads what is printed. */
#include "vectors.h"

static const char *env(const char *name) {
  const char *value = getenv(name);
  CHECK(value, "%s is not set", name);
  return value;
}

static void ok(const char *step) {
  printf("ok %s\n", step);
  fflush(stdout);
}

/* Lists 250 records on 7 pages; hands each to the visitor. */
static void list(const client_t *client, void (*visit)(const backup_record_t *, void *), void *with) {
  static const char *const marks[] = {"+", "/", "=", "&", "%", " ", "é"};
  char cursor[8192] = "";
  int pages = 0, records = 0;
  do {
    outcome_t answer = page(client, "101", 40, *cursor ? cursor : NULL);
    CHECK(answer.is_page && !answer.unreadable, "status %ld, code %s", answer.status, answer.code);
    for (int i = 0; i < answer.count; i++, records++) visit(answer.records[i], with);
    strcpy(cursor, answer.next_cursor);
    for (int i = 0; i < 7 && *cursor; i++) CHECK(strstr(cursor, marks[i]), "%s", cursor);
    free_outcome(&answer), pages++;
  } while (*cursor);
  CHECK(pages == 7 && records == 250, "%d records on %d pages", records, pages);
}

typedef struct { char ids[250][24]; int count, modules, statuses; } seen_t;
static void remember(const backup_record_t *record, void *seen_before) {
  seen_t *seen = seen_before;
  for (int i = 0; i < seen->count; i++) CHECK(strcmp(seen->ids[i], record->record_id), "%s comes twice", record->record_id);
  snprintf(seen->ids[seen->count++], 24, "%s", record->record_id);
}
static void compare(const backup_record_t *record, void *seen_before) {
  seen_t *seen = seen_before;
  CHECK(!strcmp(seen->ids[seen->modules++], record->record_id), "the token lists %s", record->record_id);
}
static void count_unknown(const backup_record_t *record, void *seen_before) {
  seen_t *seen = seen_before;
  seen->modules += record->module_code && !strcmp(record->module_code, "199");
  seen->statuses += record->status && *record->status == 9;
}

int main(void) {
  client_t app = {.endpoint = env("KOODRIVE_ENDPOINT"), .user_id = env("KOODRIVE_USER_ID"),
                  .app = {env("KOODRIVE_APP_ID"), env("KOODRIVE_APP_SECRET"), NULL}};
  client_t token = {.endpoint = app.endpoint, .user_id = app.user_id, .token = env("KOODRIVE_TOKEN")};
  const char *folder = env("KOODRIVE_VECTORS");
  int read[2] = {0}, vectors = signing_vectors(folder);
  ok("signing vectors");
  vectors += request_vectors(folder);
  ok("request vectors");
  vectors += response_vectors(folder, env("KOODRIVE_ANSWERS"), cJSON_GetObjectItem(read_json(env("KOODRIVE_LIMITS"), ""), "c"), read);
  ok("response vectors");

  static seen_t seen, odd;
  list(&app, remember, &seen);
  CHECK(!strcmp(seen.ids[0], "1842862763295184641"), "%s comes first", seen.ids[0]);
  ok("app signature");
  list(&token, compare, &seen);
  ok("token");
  app.endpoint = env("KOODRIVE_ODD_ENDPOINT");
  list(&app, count_unknown, &odd);
  CHECK(odd.modules == 7 && odd.statuses == 7, "%d unknown modules, %d unknown statuses", odd.modules, odd.statuses);
  ok("unknown values");
  app.endpoint = token.endpoint, app.app.app_secret = "another", token.token = "lapsed";
  const client_t *refused[] = {&app, &token};
  for (int i = 0; i < 2; i++) {
    outcome_t answer = page(refused[i], "101", 40, NULL);
    CHECK(!answer.is_page && answer.unauthorized && answer.status == 401, "status %ld", answer.status);
  }
  ok("refused");
  printf("vectors %d\nread %d of %d\n", vectors, read[0], read[1]);
}
