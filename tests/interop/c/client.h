/* The generated client with a signature on every request, and what an answer comes to. */
#include <stdbool.h>

#include "api/BackupAPI.h"
#include "signer.h"

typedef struct { const char *endpoint, *user_id, *token; kd_app app; const char *x_date; } client_t; /* a token, or an app */

typedef struct {
  bool is_page;
  backup_record_t *records[128];
  int count, unreadable;
  char next_cursor[8192];
  /* Of an error; status 0 is no usable answer. */
  long status;
  char code[64];
  bool unauthorized, throttled;
} outcome_t;

/* The body of the latest answer, which the generated call frees. */
static char *answer;
static void keep_answer(void **data, long *length) {
  free(answer);
  answer = strndup(*data, (size_t)*length);
}

static list_t *one_header(char *name, const char *value) {
  list_t *list = list_createList();
  list_addElement(list, keyValuePair_create(strdup(name), strdup(value)));
  return list;
}

/* The value of a parameter as it goes out: the generated client does not escape it. */
static char *escaped(const char *value) {
  char *text = value ? malloc(3 * strlen(value) + 1) : NULL, *to = text;
  for (; value && *value; value++) to = kd_escape(to, (unsigned char)*value);
  if (to) *to = 0;
  return text;
}

/* A generated client whose next call has these parameters, ready to be called once. */
static apiClient_t *connect_to(const client_t *client, const char *module, int size, const char *cursor, const char *device) {
  char x_date[17], *url, *authorization;
  if (client->x_date) strcpy(x_date, client->x_date);
  else kd_x_date_at(time(NULL), x_date);
  asprintf(&url, "%s/koodrive/ose/v1/backup/record?moduleCode=%s&pageSize=%d%s%s%s%s", client->endpoint, module, size,
           cursor ? "&cursor=" : "", cursor ? cursor : "", device ? "&deviceId=" : "", device ? device : "");
  if (client->token) {
    bool has_scheme = !strncasecmp(client->token, "bearer", 6) && client->token[6] && strchr("+ ", client->token[6]);
    asprintf(&authorization, "%s%s", has_scheme ? "" : "Bearer+", client->token);
  } else {
    kd_signed signed_request;
    kd_app app = {client->app.app_id, client->app.app_secret, client->user_id};
    const char *refused = kd_sign(&signed_request, app, "GET", url, NULL, "", 0, x_date, NULL);
    if (refused) return fprintf(stderr, "%s\n", refused), NULL;
    authorization = signed_request.authorization;
    free(signed_request.uri), free(signed_request.query), free(signed_request.request), free(signed_request.to_sign);
  }
  apiClient_t *api = apiClient_create();
  free(api->basePath);
  api->basePath = strdup(client->endpoint);
  api->data_callback_func = keep_answer;
  api->apiKeys_authorization = one_header("Authorization", authorization);
  api->apiKeys_userId = one_header("X-User-Id", client->user_id);
  api->apiKeys_signatureDate = one_header("X-Date", x_date);
  free(url), free(authorization), free(answer), answer = NULL;
  return api;
}

/* A JSON text or number as it came; empty for anything else. */
static void text_of(const cJSON *value, char *text, size_t size) {
  *text = 0;
  if (cJSON_IsString(value)) snprintf(text, size, "%s", value->valuestring);
  if (cJSON_IsNumber(value)) snprintf(text, size, "%.0f", value->valuedouble);
}

static void read_failure(outcome_t *outcome, long status, const cJSON *members) {
  char message[256];
  text_of(cJSON_GetObjectItem(members, "msg"), message, sizeof message);
  bool refused = status == 400 && strcasestr(message, "authentication failed");
  bool gateway = status != 429 && (!strncmp(outcome->code, "APIG.03", 7) || !strncmp(outcome->code, "APIGW.03", 8));
  outcome->status = status;
  outcome->unauthorized = status == 401 || refused || gateway;
  outcome->throttled = status == 429;
}

/* Reads record by record, because one bad record costs the generated call its page. */
static void read_page(outcome_t *outcome, const cJSON *members) {
  const cJSON *element;
  outcome->is_page = true;
  text_of(cJSON_GetObjectItem(members, "nextCursor"), outcome->next_cursor, sizeof outcome->next_cursor);
  cJSON_ArrayForEach(element, cJSON_GetObjectItem(members, "data")) {
    backup_record_t *record = cJSON_IsObject(element) ? backup_record_parseFromJSON((cJSON *)element) : NULL;
    if (record && outcome->count < 128) outcome->records[outcome->count++] = record;
    else outcome->unreadable++;
  }
}

/* A page, or an error: never an error that looks like an empty page. */
static outcome_t page(const client_t *client, char *module, int size, const char *cursor) {
  outcome_t outcome = {0};
  char *sent_cursor = escaped(cursor);
  apiClient_t *api = connect_to(client, module, size, sent_cursor, NULL);
  backup_record_page_free(BackupAPI_listBackupRecords(api, module, &size, sent_cursor, NULL, NULL));
  long status = api->response_code;
  cJSON *members = answer ? cJSON_Parse(answer) : NULL;
  const cJSON *code = cJSON_GetObjectItem(members, "error_code");
  text_of(code ? code : cJSON_GetObjectItem(members, "code"), outcome.code, sizeof outcome.code);
  bool is_success = *outcome.code ? !strcmp(outcome.code, "0") : cJSON_HasObjectItem(members, "data");
  if (status == 200 && !cJSON_IsObject(members)) status = 0;
  if (status == 200 && is_success) read_page(&outcome, members);
  else if (status) read_failure(&outcome, status, members);
  cJSON_Delete(members), apiClient_free(api), free(sent_cursor);
  return outcome;
}

static void free_outcome(outcome_t *outcome) {
  while (outcome->count) backup_record_free(outcome->records[--outcome->count]);
}
