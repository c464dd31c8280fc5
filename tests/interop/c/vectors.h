/* The vectors of openapi/vectors, each asserted; every function returns how many there were. */
#include <netinet/in.h>
#include <pthread.h>
#include <unistd.h>

#include "client.h"

#define CHECK(condition, ...) do { if (!(condition)) { fprintf(stderr, __VA_ARGS__); fputc('\n', stderr); exit(1); } } while (0)

static cJSON *read_json(const char *folder, const char *file) {
  char *path, *text = calloc(1, 1 << 22);
  asprintf(&path, "%s%s%s", folder, *file ? "/" : "", file);
  FILE *stream = fopen(path, "rb");
  CHECK(stream && fread(text, 1, (1 << 22) - 1, stream), "%s cannot be read", path);
  fclose(stream);
  cJSON *json = cJSON_Parse(text);
  CHECK(json, "%s is not JSON", path);
  free(text), free(path);
  return json;
}

static const char *string(const cJSON *object, const char *member) {
  return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, member));
}

/* As the signer takes them; the vector's texts live on. */
static const char *sign_vector(const cJSON *v, bool keep_own, kd_signed *stages) {
  const char *headers[64] = {0}, *names[32] = {0}, *hex = string(v, "body_hex");
  const cJSON *item, *chosen = cJSON_GetObjectItem(v, "signed_headers");
  int count = 0;
  cJSON_ArrayForEach(item, cJSON_GetObjectItem(v, "headers")) {
    const char *name = cJSON_GetArrayItem(item, 0)->valuestring;
    if (!keep_own && (!strcasecmp(name, "x-date") || !strcasecmp(name, "x-user-id"))) continue;
    headers[count++] = name;
    headers[count++] = cJSON_GetArrayItem(item, 1)->valuestring;
  }
  count = 0;
  cJSON_ArrayForEach(item, chosen) names[count++] = item->valuestring;
  char body[4096];
  size_t length = strlen(hex) / 2;
  for (size_t i = 0; i < length; i++) body[i] = (char)strtol((char[]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
  kd_app app = {string(v, "app_id"), string(v, "app_secret"), string(v, "user_id")};
  return kd_sign(stages, app, string(v, "method"), string(v, "url"), headers, body, length, string(v, "x_date"), cJSON_IsArray(chosen) ? names : NULL);
}

static void check_date(const cJSON *v) {
  char x_date[17];
  kd_x_date_at((time_t)(cJSON_GetObjectItem(v, "unix_ms")->valuedouble / 1000), x_date);
  CHECK(!strcmp(x_date, string(v, "x_date")), "%s: %s", string(v, "name"), x_date);
}

static int signing_vectors(const char *folder) {
  cJSON *file = read_json(folder, "signing.json"), *v;
  const cJSON *vectors = cJSON_GetObjectItem(file, "vectors"), *refuse = cJSON_GetObjectItem(file, "refuse"), *dates = cJSON_GetObjectItem(file, "dates");
  cJSON_ArrayForEach(v, vectors) {
    kd_signed s;
    const char *refused = sign_vector(v, false, &s);
    CHECK(!refused, "%s: %s", string(v, "name"), refused);
    const char *stages[][2] = {
      {"canonical_uri", s.uri}, {"canonical_query", s.query}, {"body_sha256", s.body_sha256}, {"canonical_request", s.request},
      {"canonical_request_sha256", s.request_sha256}, {"string_to_sign", s.to_sign}, {"signature", s.signature}, {"authorization", s.authorization},
    };
    const cJSON *expect = cJSON_GetObjectItem(v, "expect");
    CHECK(cJSON_GetArraySize(expect) == 8, "%s has another number of stages", string(v, "name"));
    for (int i = 0; i < 8; i++) {
      const char *wanted = string(expect, stages[i][0]);
      CHECK(wanted && !strcmp(stages[i][1], wanted), "%s: %s is %s", string(v, "name"), stages[i][0], stages[i][1]);
    }
    free(s.uri), free(s.query), free(s.request), free(s.to_sign), free(s.authorization);
  }
  cJSON_ArrayForEach(v, refuse) {
    kd_signed s;
    /* A text of C ends at the zero byte, which therefore cannot be signed. */
    bool is_impossible = !strcmp(string(v, "name"), "user-id-nul");
    CHECK(is_impossible || sign_vector(v, true, &s), "%s must be refused", string(v, "name"));
  }
  cJSON_ArrayForEach(v, dates) check_date(v);
  return cJSON_GetArraySize(vectors) + cJSON_GetArraySize(refuse) + cJSON_GetArraySize(dates);
}

/* The request that was sent in place of the service. */
static char request_head[65536];
static void *take_one(void *listener) {
  int stream = accept(*(int *)listener, NULL, NULL);
  size_t length = 0;
  ssize_t more;
  while (!strstr(request_head, "\r\n\r\n") && (more = read(stream, request_head + length, sizeof request_head - 1 - length)) > 0) {
    length += (size_t)more;
    request_head[length] = 0;
  }
  static const char reply[] = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 20\r\n\r\n{\"code\":0,\"data\":[]}";
  if (write(stream, reply, sizeof reply - 1) < 0) perror("write");
  close(stream);
  return NULL;
}

/* The value of a header of the request, or NULL. */
static char *header(const char *name, char *value, size_t size) {
  for (const char *line = request_head; (line = strstr(line, "\r\n")); line += 2) {
    size_t length = strlen(name);
    if (strncasecmp(line + 2, name, length) || line[2 + length] != ':') continue;
    const char *from = line + 3 + length + strspn(line + 3 + length, " ");
    snprintf(value, size, "%.*s", (int)strcspn(from, "\r"), from);
    return value;
  }
  return NULL;
}

/* Signs for the vector's host and sends to a listener of our own. */
static void send_vector(const cJSON *v) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0), page_size;
  CHECK(!bind(listener, (void *)&address, size) && !listen(listener, 1) && !getsockname(listener, (void *)&address, &size), "no free port");
  pthread_t thread;
  *request_head = 0;
  pthread_create(&thread, NULL, take_one, &listener);
  const cJSON *credentials = cJSON_GetObjectItem(v, "credentials"), *given = cJSON_GetObjectItem(v, "parameters");
  client_t client = {string(v, "endpoint"), string(v, "user_id"), string(credentials, "token"),
                     {string(credentials, "app_id"), string(credentials, "app_secret"), NULL}, string(v, "x_date")};
  char *cursor = escaped(string(given, "cursor")), *device = escaped(string(given, "deviceId"));
  char *module = (char *)string(given, "moduleCode"), *lock_id = (char *)string(given, "x-backup-lock-id");
  page_size = cJSON_GetObjectItem(given, "pageSize")->valueint;
  apiClient_t *api = connect_to(&client, module, page_size, cursor, device);
  free(api->basePath);
  asprintf((char **)&api->basePath, "http://127.0.0.1:%d", ntohs(address.sin_port));
  backup_record_page_free(BackupAPI_listBackupRecords(api, module, &page_size, cursor, device, lock_id));
  pthread_join(thread, NULL);
  close(listener), apiClient_free(api), free(cursor), free(device);
}

static int request_vectors(const char *folder) {
  cJSON *file = read_json(folder, "requests.json"), *v;
  const cJSON *vectors = cJSON_GetObjectItem(file, "vectors"), *item;
  cJSON_ArrayForEach(v, vectors) {
    send_vector(v);
    const char *name = string(v, "name");
    const cJSON *expect = cJSON_GetObjectItem(v, "expect");
    char value[8192], sent[32768];
    CHECK(sscanf(request_head, "GET %32767s HTTP", sent) == 1, "%s: nothing was sent", name);
    /* The order of the pairs may differ; the client of this generator keeps that of the parameters. */
    char *canonical = kd_canonical_query(sent), *wanted = strchr(string(expect, "url"), '?');
    CHECK(!strcmp(canonical, wanted + 1) && strlen(strchr(sent, '?')) == strlen(wanted), "%s: %s", name, sent);
    free(canonical);
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(expect, "headers")) {
      /* libcurl writes Host itself, from the URL. */
      if (!strcmp(item->string, "Host")) continue;
      CHECK(header(item->string, value, sizeof value) && !strcmp(value, item->valuestring), "%s: %s", name, item->string);
    }
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(expect, "absent_headers"))
      CHECK(!header(item->valuestring, value, sizeof value), "%s: %s", name, item->valuestring);
  }
  return cJSON_GetArraySize(vectors);
}

static bool same(const char *a, const char *b) { return a && b ? !strcmp(a, b) : a == b; }

static bool same_record(const backup_record_t *record, const cJSON *wanted) {
  const cJSON *status = cJSON_GetObjectItem(wanted, "status");
  return same(record->record_id, string(wanted, "recordId")) && same(record->module_code, string(wanted, "moduleCode")) &&
         (status ? record->status && *record->status == status->valueint : !record->status);
}

static bool same_outcome(const outcome_t *got, const cJSON *wanted) {
  const cJSON *records = cJSON_GetObjectItem(wanted, "records");
  const char *next = string(wanted, "next_cursor"), *code = string(wanted, "code");
  if (got->is_page != !strcmp(string(wanted, "kind"), "page")) return false;
  if (got->is_page) {
    if (got->count != cJSON_GetArraySize(records) || got->unreadable != cJSON_GetObjectItem(wanted, "unreadable")->valueint) return false;
    for (int i = 0; i < got->count; i++)
      if (!same_record(got->records[i], cJSON_GetArrayItem(records, i))) return false;
    return !strcmp(got->next_cursor, next ? next : "");
  }
  /* The client saw no usable answer; what it need not know is which status that had. */
  if (!got->status) return !code && cJSON_IsTrue(cJSON_GetObjectItem(wanted, "retryable"));
  return got->status == cJSON_GetObjectItem(wanted, "http_status")->valueint && !strcmp(got->code, code ? code : "") &&
         got->unauthorized == cJSON_IsTrue(cJSON_GetObjectItem(wanted, "unauthorized")) &&
         got->throttled == cJSON_IsTrue(cJSON_GetObjectItem(wanted, "throttled"));
}

/* Whether the generated call alone reads the page. */
static bool reads_plainly(const client_t *client, const cJSON *wanted) {
  int size = 100, at = 0;
  apiClient_t *api = connect_to(client, "101", size, NULL, NULL);
  backup_record_page_t *page = BackupAPI_listBackupRecords(api, "101", &size, NULL, NULL, NULL);
  const cJSON *records = cJSON_GetObjectItem(wanted, "records");
  bool is_same = page && (page->data ? page->data->count : 0) == cJSON_GetArraySize(records);
  listEntry_t *entry;
  list_t *data = is_same ? page->data : NULL;
  list_ForEach(entry, data) is_same = is_same && entry->data && same_record(entry->data, cJSON_GetArrayItem(records, at++));
  apiClient_free(api); /* a page with an unreadable record cannot be freed by the generated code */
  return is_same;
}

/* limits names the vectors that the generated types cannot read; those must be seen. */
static int response_vectors(const char *folder, const char *answers, const cJSON *limits, int read[2]) {
  cJSON *file = read_json(folder, "responses.json"), *v;
  const cJSON *vectors = cJSON_GetObjectItem(file, "vectors");
  cJSON_ArrayForEach(v, vectors) {
    const cJSON *wanted = cJSON_GetObjectItem(v, "outcome");
    const char *name = string(v, "name");
    char *endpoint;
    asprintf(&endpoint, "%s/%s", answers, name);
    client_t client = {.endpoint = endpoint, .user_id = "1505084218764547200", .token = "60f4ccc7"};
    outcome_t got = page(&client, "101", 100, NULL);
    if (cJSON_HasObjectItem(limits, name)) {
      CHECK(!same_outcome(&got, wanted), "%s is read well: take it off the limits", name);
      CHECK(!got.is_page || got.unreadable > cJSON_GetObjectItem(wanted, "unreadable")->valueint, "%s is wrong, and nobody sees it", name);
    } else {
      CHECK(same_outcome(&got, wanted), "%s: page %d, %d records, %d unreadable, status %ld, code %s", name, got.is_page, got.count, got.unreadable, got.status, got.code);
    }
    if (!strcmp(string(wanted, "kind"), "page")) read[1]++, read[0] += reads_plainly(&client, wanted);
    free_outcome(&got), free(endpoint);
  }
  return cJSON_GetArraySize(vectors);
}
