#include "server/tools/call.h"

#include <curl/curl.h>
#include <string.h>

#include "server/base/heap_text.h"
#include "server/base/memory.h"

#define ANSWER_MAX (512L * 1024 * 1024) /* bytes: a snapshot is the largest there is */

const char *const call_method_names[CALL__MAX] = {[CALL_GET] = "GET",
                                                  [CALL_POST] = "POST",
                                                  [CALL_PUT] = "PUT",
                                                  [CALL_PATCH] = "PATCH",
                                                  [CALL_DELETE] = "DELETE"};

static void free_curl(CURL **curl)
{
    curl_easy_cleanup(*curl);
}

static void free_headers(struct curl_slist **headers)
{
    curl_slist_free_all(*headers);
}

static size_t take(char *bytes, size_t one, size_t count, void *text)
{
    struct heap_text *body = text;
    if (body->size + one * count > (size_t)ANSWER_MAX) {
        return 0; /* the library gives up */
    }
    heap_text_put(body, bytes, one * count);
    return one * count;
}

static void add_header(struct curl_slist **headers, const char *line)
{
    *headers = memory_need(curl_slist_append(*headers, line));
}

static struct curl_slist *headers_of(struct arena *arena, const struct call_out *out)
{
    struct curl_slist *headers = NULL;
    add_header(&headers, arena_printf(arena, "Accept: %s", out->accept));
    add_header(&headers, "Expect:"); /* nobody is asked whether a large body may come */
    add_header(&headers, out->body == NULL ? "Content-Type:" : "Content-Type: application/json");
    if (out->token != NULL) {
        add_header(&headers, arena_printf(arena, "Authorization: Bearer %s", out->token));
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
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(body));
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
    }
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, call_method_names[out->method]);
}

static void set_up(CURL *curl, const struct call_out *out)
{
    curl_easy_setopt(curl, CURLOPT_URL, out->url);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L); /* a thing may be named ".." */
    curl_easy_setopt(curl, CURLOPT_PROXY, "");      /* a test's server is beside it */
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)out->timeout);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "makeshift-tools/" MAKESHIFT_VERSION);
    if (out->ca != NULL) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, out->ca);
    }
    if (out->unverified) {
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    set_body(curl, out);
}

static void read_answer(CURL *curl, struct arena *arena, struct heap_text *body,
                        struct call_answer *answer)
{
    const char *type = NULL;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    answer->type = type == NULL ? "" : arena_strdup(arena, type);
    heap_text_put(body, "", 1);
    char *bytes = heap_text_take(body, &answer->size);
    arena_own(arena, bytes);
    answer->size -= 1;
    answer->body = bytes;
}

int call_make(struct arena *arena, const struct call_out *out, struct call_answer *answer,
              const char **problem)
{
    char why[CURL_ERROR_SIZE] = "";
    AUTO(free_curl) CURL *curl = memory_need(curl_easy_init());
    AUTO(free_headers) struct curl_slist *headers = headers_of(arena, out);
    AUTO(heap_text_fini) struct heap_text body = {0};
    set_up(curl, out);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    CURLcode outcome = curl_easy_perform(curl);
    if (outcome != CURLE_OK) {
        *problem = arena_printf(arena, "no answer from %s: %s", out->url,
                                why[0] == '\0' ? curl_easy_strerror(outcome) : why);
        return 1;
    }
    read_answer(curl, arena, &body, answer);
    return 0;
}
