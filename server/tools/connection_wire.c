#include "server/tools/connection_wire.h"

#include <string.h>

#include "server/base/file.h"
#include "server/base/html.h"
#include "server/base/str.h"
#include "server/connection/collection.h"
#include "server/connection/secrets.h"

#define ANSWER_MAX (5 * 1024 * 1024) /* bytes: no answer of a token endpoint comes near */
#define REDIRECTS_MAX 10
#define WALK_MAX 20 /* redirects of a sign-in */
#define WALK_TIMEOUT 40000
#define READ_MAX 4096 /* bytes of a page's text */
#define SAID_MAX 400  /* of them in a message */
#define AGENT "Make/production"

/* Make knows those that stand before OPTIONS. */
static int method_of(struct arena *arena, const char *name, enum call_method *method,
                     const char **problem)
{
    *method = 0;
    while (*method < CALL_OPTIONS && !str_equal(call_method_names[*method], name)) {
        *method += 1;
    }
    *problem = arena_printf(arena, "there is no method '%s' here", name);
    return *method == CALL_OPTIONS ? 1 : 0;
}

static void read_incoming(const struct wire *wire, const struct call_answer *answer,
                          struct incoming *incoming)
{
    struct iml_value headers = iml_collection(NULL, 0);
    for (size_t i = 0; i < answer->header_count; i++) {
        const struct iml_value value = iml_text(answer->headers[i].value);
        headers = collection_with(wire->arena, &headers, answer->headers[i].name, &value);
    }
    *incoming = (struct incoming){
        .status = answer->status, .headers = headers, .body = answer->body, .size = answer->size};
}

/* RFC 9110 5.1, 5.5: a name is a token, and a value stays in its line. NULL, or what is wrong. */
static const char *header_fault(struct arena *arena, const char *name, const char *value)
{
    static const char token[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (*name == '\0' || name[strspn(name, token)] != '\0') {
        return arena_printf(arena, "'%.40s' is no name of a header", name);
    }
    return strpbrk(value, "\r\n") == NULL
               ? NULL
               : arena_printf(arena, "the header %.40s would break its line", name);
}

/* Those that the directive believes, and beside them those of --ca, which a stand-in for the
 * service has. 0; 1: `*problem` says why they cannot be read. */
static int read_pem(const struct wire *wire, const struct outgoing *outgoing, const char **pem,
                    const char **problem)
{
    size_t size = 0;
    *pem = outgoing->ca;
    if (outgoing->ca == NULL || wire->ca == NULL) {
        return 0;
    }
    const char *own = file_read(wire->arena, wire->ca, WIRE_CA_MAX, &size, problem);
    *pem = own == NULL ? NULL : arena_printf(wire->arena, "%s\n%s", outgoing->ca, own);
    return own == NULL ? 1 : 0;
}

int wire_send(const struct wire *wire, const struct outgoing *outgoing, struct incoming *incoming,
              const char **problem)
{
    const struct iml_value *all = &outgoing->headers;
    size_t count = all->type == IML_COLLECTION ? all->size : 0;
    struct call_header *headers = arena_alloc(wire->arena, (count + 1) * sizeof(*headers));
    struct call_answer answer = {0};
    struct call_out out = {.url = outgoing->url,
                           .body = outgoing->bytes,
                           .size = outgoing->size,
                           .type = outgoing->content,
                           .accept = NULL,
                           .headers = headers,
                           .agent = AGENT,
                           .redirects = outgoing->follows_redirects ? REDIRECTS_MAX : 0,
                           .most = ANSWER_MAX,
                           .is_compressed = outgoing->is_compressed,
                           .unverified = wire->unverified,
                           .ca = wire->ca,
                           .timeout = outgoing->timeout};
    if (method_of(wire->arena, outgoing->method, &out.method, problem) != 0 ||
        read_pem(wire, outgoing, &out.pem, problem) != 0) {
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = all->members[i].name;
        const char *value = collection_text(wire->arena, all, name);
        *problem = header_fault(wire->arena, name, value);
        if (*problem != NULL) {
            return 2;
        }
        if (iml_is_there(&all->members[i].value)) {
            headers[out.header_count++] = (struct call_header){.name = name, .value = value};
        }
    }
    int outcome = call_make(wire->arena, &out, &answer, problem);
    if (outcome != 0) {
        return outcome;
    }
    read_incoming(wire, &answer, incoming);
    return 0;
}

/* Behind one of the redirect URIs: its query, or "", as no server sees a fragment. NULL: the URL is
 * another. */
static const char *query_behind(const char *url, const char *const *redirect_uris)
{
    for (; *redirect_uris != NULL; redirect_uris++) {
        size_t size = strlen(*redirect_uris);
        if (str_starts(url, *redirect_uris) && strchr("?&#", url[size]) != NULL) {
            return url[size] == '\0' || url[size] == '#' ? "" : url + size + 1;
        }
    }
    return NULL;
}

/* What a page says to a person; all else as it is. */
static const char *said_by(struct arena *arena, const char *body)
{
    const char *text = *body == '<' ? html_text(arena, body, READ_MAX) : "";
    const char *said = secrets_masked_text(arena, *text == '\0' ? body : text);
    return arena_strndup(arena, said, str_utf8_prefix(said, strnlen(said, SAID_MAX)));
}

/* A provider that knows the redirect URI at one of Make's hosts alone, and was sent the other. One
 * that says what it expected needs none. */
static const char *advice(const char *url, const char *said)
{
    if (strcasestr(said, "redirect") == NULL || strcasestr(said, "expected") != NULL) {
        return "";
    }
    return strstr(url, "www.integromat.com") != NULL
               ? "; it may know the redirect URI at www.make.com alone, oauth.makeRedirectUri"
           : strstr(url, "www.make.com") != NULL
               ? "; it may know the redirect URI at www.integromat.com alone, oauth.redirectUri"
               : "";
}

/* What is no redirect ends the walk. */
static int stand_still(const struct wire *wire, const char *begun, const struct call_answer *answer,
                       struct walked *walked)
{
    const char *said = said_by(wire->arena, answer->body);
    walked->problem = "a page waits for a person; run without --auto";
    if (answer->status >= 400) {
        walked->problem =
            arena_printf(wire->arena, "the server answered %ld: %s", answer->status, said);
        walked->advice = advice(begun, said);
    }
    return 2;
}

int wire_walk(const struct wire *wire, const char *url, const char *const *redirect_uris,
              struct walked *walked)
{
    struct call_jar jar = {0};
    const char *begun = url;
    *walked = (struct walked){.advice = ""};
    for (int i = 0; i < WALK_MAX; i++) {
        struct call_answer answer = {0};
        const struct call_out out = {.url = url,
                                     .accept = "text/html",
                                     .ca = wire->ca,
                                     .unverified = wire->unverified,
                                     .timeout = WALK_TIMEOUT,
                                     .most = ANSWER_MAX,
                                     .jar = &jar};
        int outcome = call_make(wire->arena, &out, &answer, &walked->problem);
        if (outcome != 0) {
            return outcome;
        }
        url = answer.redirect;
        if (url == NULL) {
            return stand_still(wire, begun, &answer, walked);
        }
        walked->query = query_behind(url, redirect_uris);
        if (walked->query != NULL) {
            return 0;
        }
    }
    walked->problem = "the redirects have no end";
    return 2;
}
