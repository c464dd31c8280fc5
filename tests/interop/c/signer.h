/* App ID authentication of KooDrive, on OpenSSL's libcrypto. Link with -lcrypto. */
#include <ctype.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h> /* asprintf: GNU, BSD, macOS; define _GNU_SOURCE */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

typedef struct { const char *app_id, *app_secret, *user_id; } kd_app;
typedef struct {
  char *uri, *query, *request, *to_sign, *authorization; /* free them */
  char body_sha256[65], request_sha256[65], signature[65];
} kd_signed;

static void kd_hex(const unsigned char digest[32], char hex[65]) { for (int i = 0; i < 32; i++) sprintf(hex + 2 * i, "%02x", digest[i]); }
static void kd_sha256(const void *data, size_t length, char hex[65]) {
  unsigned char digest[32];
  EVP_Digest(data, length, digest, NULL, EVP_sha256(), NULL);
  kd_hex(digest, hex);
}
static const char *kd_unescape(const char *from, const char *end, unsigned char *byte) {
  int is_escape = end - from > 2 && *from == '%' && isxdigit((unsigned char)from[1]) && isxdigit((unsigned char)from[2]);
  *byte = is_escape ? (unsigned char)strtol((char[]){from[1], from[2], 0}, NULL, 16) : (unsigned char)*from;
  return from + (is_escape ? 3 : 1);
}
static char *kd_escape(char *to, unsigned char byte) {
  return to + sprintf(to, byte && (isalnum(byte) || strchr("-_.~", byte)) ? "%c" : "%%%02X", byte);
}
static char *kd_canonical_uri(const char *path, const char *end) {
  char *uri = malloc(3 * (size_t)(end - path) + 3), *to = uri;
  unsigned char byte;
  for (path += path < end; path <= end; path++) {
    char *segment = to;
    for (*to++ = '/'; path < end && *path != '/'; to = kd_escape(to, byte)) path = kd_unescape(path, end, &byte);
    *to = 0;
    if (!strcmp(segment, "/.") || !strcmp(segment, "/..")) for (to = segment; segment[2] && to > uri && *--to != '/';) {}
  }
  if (to == uri || to[-1] != '/') *to++ = '/';
  *to = 0;
  return uri;
}
static int kd_by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }
/* As it is signed, and as it should be sent. In hex, pairs sort as their bytes do, and '!' comes before every digit. */
static char *kd_canonical_query(const char *url) {
  const char *from = url + strcspn(url, "?#");
  size_t length = strcspn(from, "#"), count = 0;
  char *query = malloc(3 * length + 2), *to = query, **pairs = calloc(length + 1, sizeof *pairs);
  const char *end = from + length;
  for (from += from < end; from < end; from++) {
    char *pair = malloc(2 * length + 2), *at = pair;
    for (unsigned char byte, in_value = 0; from < end && *from != '&';) {
      int is_plus = *from == '+', is_equals = *from == '=' && !in_value;
      from = kd_unescape(from, end, &byte);
      at += is_equals ? sprintf(at, "!") : sprintf(at, "%02X", is_plus ? ' ' : byte);
      in_value |= is_equals;
    }
    if (at == pair) free(pair);
    else pairs[count++] = memchr(pair, '!', (size_t)(at - pair)) ? pair : strcpy(at, "!") - (at - pair);
  }
  qsort(pairs, count, sizeof *pairs, kd_by_text);
  for (size_t i = 0; i < count; i++) {
    for (const char *at = pairs[i]; *at; at += *at == '!' ? 1 : 2)
      to = *at == '!' ? to + sprintf(to, "=") : kd_escape(to, (unsigned char)strtol((char[]){at[0], at[1], 0}, NULL, 16));
    if (i + 1 < count) *to++ = '&';
    free(pairs[i]);
  }
  free(pairs);
  *to = 0;
  return query;
}
/* NULL, or why the input is refused (which leaks a few bytes). headers (without X-User-Id and X-Date): name, value, …, NULL; names: what is signed, …, NULL. */
static const char *kd_sign(kd_signed *out, kd_app app, const char *method, const char *url, const char **headers,
                           const void *body, size_t body_length, const char *x_date, const char **names) {
  const char *authority = strstr(url, "://"), *usual[] = {"host", "x-date", "x-user-id", NULL};
  char *name[32], *lines = strdup(""), *joined = strdup(""), *host, *more;
  int count = 0, own = 0;
  unsigned char digest[32];
  memset(out, 0, sizeof *out);
  for (const char *c = app.app_id; *c || c == app.app_id; c++) if (*c <= ' ' || *c > '~' || strchr("\",;=", *c)) return "bad app id";
  if (!authority || !*app.app_secret || !app.user_id[strspn(app.user_id, " \t")]) return "no URL, or an empty app secret or user id";
  if (strlen(x_date) != 16 || x_date[8] != 'T' || x_date[15] != 'Z' || strspn(x_date, "0123456789TZ") != 16) return "X-Date is not yyyyMMdd'T'HHmmss'Z'";
  const char *path = authority + 3 + strcspn(authority + 3, "/?#"), *at = authority + 3;
  for (const char *c = at; c < path; c++) if (*c == '@') at = c + 1;
  asprintf(&host, "%.*s", (int)(path - at), at);
  for (char *c = host; *c; c++) *c = (char)tolower((unsigned char)*c);
  if ((more = strrchr(host, ':')) && !strcmp(more, strncasecmp(url, "https", 5) ? ":80" : ":443")) *more = 0;
  for (const char **n = names ? names : usual; *n && count < 32; n++) {
    name[count] = strdup(*n);
    for (char *c = name[count++]; *c; c++) *c = (char)tolower((unsigned char)*c);
  }
  qsort(name, (size_t)count, sizeof *name, kd_by_text);
  for (int i = 0; i < count; i++) {
    if (i && !strcmp(name[i], name[i - 1])) continue;
    const char *value = !strcmp(name[i], "x-date") ? x_date : !strcmp(name[i], "x-user-id") ? app.user_id : NULL;
    own += value != NULL;
    for (const char **h = headers; h && *h; h += 2) if (!strcasecmp(*h, name[i])) value = value ? "\n" : h[1];
    if (!value && !strcmp(name[i], "host")) value = host;
    if (!value || !strcmp(name[i], "authorization")) return "a signed header is missing, or cannot be signed";
    for (const char *c = value; *c; c++) if ((*c < ' ' && *c != '\t') || *c > '~') return "a header occurs twice, or is not visible ASCII";
    int length = (int)strlen(value += strspn(value, " \t"));
    while (length && strchr(" \t", value[length - 1])) length--;
    asprintf(&more, "%s%s:%.*s\n", lines, name[i], length, value), free(lines), lines = more;
    asprintf(&more, "%s%s%s", joined, *joined ? ";" : "", name[i]), free(joined), joined = more;
  }
  if (own != 2) return "x-date and x-user-id must be signed";
  kd_sha256(body, body_length, out->body_sha256);
  out->uri = kd_canonical_uri(path, path + strcspn(path, "?#")), out->query = kd_canonical_query(url);
  asprintf(&out->request, "%s\n%s\n%s\n%s\n%s\n%s", method, out->uri, out->query, lines, joined, out->body_sha256);
  kd_sha256(out->request, strlen(out->request), out->request_sha256);
  asprintf(&out->to_sign, "HMAC-SHA256\n%s", out->request_sha256);
  HMAC(EVP_sha256(), app.app_secret, (int)strlen(app.app_secret), (unsigned char *)out->to_sign, strlen(out->to_sign), digest, NULL);
  kd_hex(digest, out->signature);
  asprintf(&out->authorization, "HMAC-SHA256 AppId=%s,SignedHeaders=%s,Signature=%s", app.app_id, joined, out->signature);
  while (count--) free(name[count]);
  return free(host), free(lines), free(joined), NULL;
}
/* The header's form of a time, set back 30 s: a date in the service's future is refused. */
static void kd_x_date_at(time_t now, char x_date[17]) { strftime(x_date, 17, "%Y%m%dT%H%M%SZ", gmtime((time_t[]){now - 30})); }
