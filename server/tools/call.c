#include "server/tools/call.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "server/base/heap_text.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/base/url.h"

#define ANSWER_MAX (512L * 1024 * 1024) /* bytes: a snapshot is the largest there is */
#define HEADERS_MAX 128

const char *const call_method_names[CALL__MAX] = {
    [CALL_GET] = "GET",     [CALL_POST] = "POST",     [CALL_PUT] = "PUT",
    [CALL_PATCH] = "PATCH", [CALL_DELETE] = "DELETE", [CALL_OPTIONS] = "OPTIONS"};

/* Where systems keep whose certificates they believe: Debian, Fedora, Alpine. The library knows the
 * place of the system that it was built on alone. */
static const char *const bundles[] = {"/etc/ssl/certs/ca-certificates.crt",
                                      "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem"};

/* The first that is there; NULL: none is. */
static const char *system_bundle(void)
{
    size_t i = 0;
    while (i < COUNT(bundles) && access(bundles[i], R_OK) != 0) {
        i++;
    }
    return i < COUNT(bundles) ? bundles[i] : NULL;
}

static void free_curl(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void free_headers(struct curl_slist **headers)
{
    curl_slist_free_all(*headers);
}

/* One answer on its way in. */
struct coming {
    struct arena *arena;
    struct heap_text body;
    size_t most;
    struct call_header headers[HEADERS_MAX];
    size_t header_count;
};

static size_t take(char *bytes, size_t one, size_t count, void *context)
{
    struct coming *coming = context;
    if (coming->body.size + one * count > coming->most) {
        return 0; /* the library gives up */
    }
    heap_text_put(&coming->body, bytes, one * count);
    return one * count;
}

/* One line; a status line begins another answer, that of a redirect's end. */
static size_t take_header(char *bytes, size_t one, size_t count, void *context)
{
    struct coming *coming = context;
    size_t size = one * count;
    const char *colon = memchr(bytes, ':', size);
    if (size > 5 && memcmp(bytes, "HTTP/", 5) == 0) {
        coming->header_count = 0;
    }
    if (colon == NULL || coming->header_count == HEADERS_MAX) {
        return size;
    }
    size_t end = size;
    const char *value = colon + 1;
    while (value < bytes + size && (*value == ' ' || *value == '\t')) {
        value++;
    }
    while (end > 0 && strchr(" \t\r\n", bytes[end - 1]) != NULL) {
        end--;
    }
    char *name = arena_strndup(coming->arena, bytes, (size_t)(colon - bytes));
    for (char *c = name; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    size_t length = bytes + end > value ? (size_t)(bytes + end - value) : 0;
    coming->headers[coming->header_count++] =
        (struct call_header){.name = name, .value = arena_strndup(coming->arena, value, length)};
    return size;
}

static void add_header(struct curl_slist **headers, const char *line)
{
    *headers = memory_need(curl_slist_append(*headers, line));
}

/* A header of ours, unless the caller has one of that name. */
static void add_own(struct arena *arena, struct curl_slist **headers, const struct call_out *out,
                    const struct call_header *own)
{
    for (size_t i = 0; i < out->header_count; i++) {
        if (strcasecmp(out->headers[i].name, own->name) == 0) {
            return;
        }
    }
    add_header(headers, *own->value == '\0' ? arena_printf(arena, "%s:", own->name)
                                            : arena_printf(arena, "%s: %s", own->name, own->value));
}

static struct curl_slist *headers_of(struct arena *arena, const struct call_out *out)
{
    struct curl_slist *headers = NULL;
    const char *type = out->body == NULL ? "" : out->type == NULL ? "application/json" : out->type;
    const char *accept = out->accept == NULL ? "*/*" : out->accept;
    add_own(arena, &headers, out, &(struct call_header){.name = "Accept", .value = accept});
    add_header(&headers, "Expect:"); /* nobody is asked whether a large body may come */
    add_own(arena, &headers, out, &(struct call_header){.name = "Content-Type", .value = type});
    if (out->token != NULL) {
        add_header(&headers, arena_printf(arena, "Authorization: Bearer %s", out->token));
    }
    for (size_t i = 0; i < out->header_count; i++) {
        const struct call_header *one = &out->headers[i];
        add_header(&headers, *one->value == '\0'
                                 ? arena_printf(arena, "%s;", one->name)
                                 : arena_printf(arena, "%s: %s", one->name, one->value));
    }
    return headers;
}

/* The library copies none of the body: it has to last as long as the call. */
static void set_body(CURL *curl, const struct call_out *out)
{
    bool has_body = out->body != NULL || out->method == CALL_POST || out->method == CALL_PUT ||
                    out->method == CALL_PATCH;
    if (has_body) {
        const char *body = out->body == NULL ? "" : out->body;
        size_t size = out->size > 0 ? out->size : strlen(body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    /* Else a redirect changes the method as browsers do. */
    if (out->redirects == 0 || (out->method != CALL_GET && out->method != CALL_POST)) {
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call_method_names[out->method]);
    }
}

static void set_manner(CURL *curl, const struct call_out *out)
{
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, out->redirects > 0 ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)out->redirects);
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    if (out->is_compressed) {
        curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    }
    if (out->unverified) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (out->jar != NULL) {
        curl_easy_setopt(curl, CURLOPT_COOKIEFILE, "");
    }
    for (size_t i = 0; out->jar != NULL && i < out->jar->count; i++) {
        curl_easy_setopt(curl, CURLOPT_COOKIELIST, out->jar->lines[i]);
    }
}

/* Whose certificates are believed. */
static void set_trust(CURL *curl, struct arena *arena, const struct call_out *out)
{
    const char *ca = out->ca == NULL ? system_bundle() : out->ca;
    if (out->pem != NULL) {
        struct curl_blob pem = {.data = arena_strdup(arena, out->pem),
                                .len = strlen(out->pem),
                                .flags = CURL_BLOB_COPY};
        curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &pem);
    } else if (ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    }
}

static void set_up(CURL *curl, struct arena *arena, const struct call_out *out)
{
    curl_easy_setopt(curl, CURLOPT_URL, out->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* a thing may be named ".." */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");      /* a test's server is beside it */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)out->timeout);
    curl_easy_setopt(curl, CURLOPT_USERAGENT,
                     out->agent == NULL ? "makeshift-tools/" MAKESHIFT_VERSION : out->agent);
    set_trust(curl, arena, out);
    set_manner(curl, out);
    set_body(curl, out);
}

static void keep_cookies(CURL *curl, struct arena *arena, struct call_jar *jar)
{
    struct curl_slist *cookies = NULL;
    size_t count = 0;
    curl_easy_getinfo(curl, CURLINFO_COOKIELIST, &cookies);
    for (const struct curl_slist *one = cookies; one != NULL; one = one->next) {
        count++;
    }
    *jar = (struct call_jar){.lines = arena_alloc(arena, (count + 1) * sizeof(*jar->lines))};
    for (const struct curl_slist *one = cookies; one != NULL; one = one->next) {
        jar->lines[jar->count++] = arena_strdup(arena, one->data);
    }
    curl_slist_free_all(cookies);
}

static void read_answer(CURL *curl, struct coming *coming, struct call_answer *answer)
{
    const char *type = NULL, *redirect = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl, CURLINFO_REDIRECT_URL, &redirect);
    answer->type = type == NULL ? "" : arena_strdup(coming->arena, type);
    answer->redirect = arena_strdup(coming->arena, redirect);
    answer->headers =
        arena_copy(coming->arena, coming->headers, coming->header_count * sizeof(*answer->headers));
    answer->header_count = coming->header_count;
    heap_text_put(&coming->body, "", 1);
    char *bytes = heap_text_take(&coming->body, &answer->size);
    arena_own(coming->arena, bytes);
    answer->size -= 1;
    answer->body = bytes;
}

const char *call_header_of(const struct call_answer *answer, const char *name)
{
    for (size_t i = 0; i < answer->header_count; i++) {
        if (str_equal(answer->headers[i].name, name)) {
            return answer->headers[i].value;
        }
    }
    return NULL;
}

static void drop_coming(struct coming *coming)
{
    heap_text_fini(&coming->body);
}

/* The URL's query is not told: it may hold secrets. */
static int tell_failure(struct arena *arena, const struct call_out *out, CURLcode outcome,
                        const char *why, const char **problem)
{
    const char *url = url_shown(arena, out->url);
    const char *says = *why == '\0' ? curl_easy_strerror(outcome) : why;
    switch ((int)outcome) {
    case CURLE_WRITE_ERROR:
        *problem = arena_printf(arena, "the answer from %s is longer than %zu bytes", url,
                                out->most > 0 ? out->most : (size_t)ANSWER_MAX);
        return 2;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        *problem = arena_printf(arena, "%s is no URL that can be asked: %s", url, says);
        return 2;
    case CURLE_TOO_MANY_REDIRECTS:
        *problem = arena_printf(arena, "%s redirects more than %d times", url, out->redirects);
        return 2;
    case CURLE_OUT_OF_MEMORY: /* the library's word for a line that it does not take */
        *problem = arena_printf(arena, "the answer from %s has a header that is too long", url);
        return 2;
    case CURLE_BAD_CONTENT_ENCODING:
        *problem =
            arena_printf(arena, "the answer from %s is not compressed as it says: %s", url, says);
        return 2;
    default:
        *problem = arena_printf(arena, "no answer from %s: %s", url, says);
        return 1;
    }
}

int call_make(struct arena *arena, const struct call_out *out, struct call_answer *answer,
              const char **problem)
{
    char why[CURL_ERROR_SIZE] = "";
    AUTO(free_curl) CURL *curl = memory_need(curl_easy_init());
    AUTO(free_headers) struct curl_slist *headers = headers_of(arena, out);
    AUTO(free_headers) struct curl_slist *at = NULL;
    AUTO(drop_coming)
    struct coming coming = {.arena = arena, .most = out->most > 0 ? out->most : (size_t)ANSWER_MAX};
    set_up(curl, arena, out);
    if (out->at != NULL) {
        add_header(&at, arena_printf(arena, "::%s", out->at));
        curl_easy_setopt(curl, CURLOPT_CONNECT_TO, at);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &coming);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &coming);
    CURLcode outcome = curl_easy_perform(curl);
    if (outcome != CURLE_OK) {
        return tell_failure(arena, out, outcome, why, problem);
    }
    if (out->jar != NULL) {
        keep_cookies(curl, arena, out->jar);
    }
    read_answer(curl, &coming, answer);
    return 0;
}
