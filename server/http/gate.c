#include "server/http/gate.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/base/str.h"

#define HEADER_BLOCK_MAX (32 * 1024) /* bytes of all headers, as they stood on the wire */
#define HEADER_COUNT_MAX 100
#define HOST_SHOWN_MAX 100 /* bytes of a stranger's Host that a refusal repeats */

#define ADMITTED ((struct refusal){0})

static struct refusal refuse(int status, const char *reason)
{
    return (struct refusal){.status = status, .reason = reason};
}

/* RFC 9110 5.6.2 */
static bool is_token(const char *text)
{
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (!isalnum((unsigned char)*text) && strchr("!#$%&'*+-.^_`|~", *text) == NULL) {
            return false;
        }
    }
    return true;
}

/* RFC 9110 5.5: no control character but the tab. A token makes a value of a thousand bytes: a loop
 * that does not stop looks at sixteen at a time. */
static bool has_control(const char *text, size_t size)
{
    unsigned char found = 0;
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        found |= (byte < ' ' && byte != '\t') || byte == 0x7f;
    }
    return found != 0;
}

static struct refusal judge_headers(const struct request *request)
{
    size_t size = 0;
    for (size_t i = 0; i < request->header_count; i++) {
        const struct header *header = &request->headers[i];
        size_t value_size = strlen(header->value);
        size += strlen(header->name) + value_size + strlen(": \r\n");
        /* RFC 9112 5.1: a blank before the colon falls under this too; it was once used to smuggle.
         * */
        if (!is_token(header->name)) {
            return refuse(400, "a header name is not a token");
        }
        if (has_control(header->value, value_size)) {
            return refuse(400, "a header value has a control character");
        }
    }
    if (size > HEADER_BLOCK_MAX || request->header_count > HEADER_COUNT_MAX) {
        return refuse(431, "the headers are larger than 32 KiB or more than 100");
    }
    return ADMITTED;
}

static struct refusal judge_target(const struct request *request)
{
    size_t size = strlen(request->path);
    if (request->query != NULL) {
        size += 1 + strlen(request->query);
    }
    if (size > GATE_TARGET_MAX) {
        return refuse(414, "the request target is longer than 16 KiB");
    }
    return ADMITTED;
}

/* RFC 9112 6.3: two readings of where a body ends are two requests for whoever stands in between.
 * */
static struct refusal judge_framing(const struct request *request)
{
    size_t lengths = request_header_count(request, "Content-Length");
    size_t codings = request_header_count(request, "Transfer-Encoding");
    if (lengths > 1) {
        return refuse(400, "Content-Length was sent more than once");
    }
    if (lengths > 0 && codings > 0) {
        return refuse(400, "Content-Length and Transfer-Encoding were both sent");
    }
    if (codings > 0 && request->http_1_0) {
        return refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    }
    if (codings == 0) {
        return ADMITTED;
    }
    const char *coding = request_header(request, "Transfer-Encoding");
    if (codings > 1 || strcasecmp(coding, "chunked") != 0) {
        return refuse(501, "the only transfer coding understood is chunked");
    }
    return ADMITTED;
}

/* Percent-encoding hides nothing: whoever routes may decode. `/_makeshift` is below `/_makeshift/`
 * too. */
static bool is_below(const char *path, const char *prefix)
{
    const char *end = path + strlen(path);
    for (; *prefix != '\0'; prefix++) {
        if (*path == '\0') {
            return str_equal(prefix, "/");
        }
        if (str_percent_next(&path, end) != *prefix) {
            return false;
        }
    }
    return true;
}

/* The path as a tenant sees it, from the slash behind its name on; NULL when it is none's. */
static const char *in_tenant(const struct gate *gate, const char *path)
{
    if (gate->tenant_prefix == NULL || !is_below(path, gate->tenant_prefix)) {
        return NULL;
    }
    const char *end = path + strlen(path);
    size_t slashes = 0; /* of `/t/NAME/` the third */
    for (const char *at = path; at < end;) {
        const char *here = at;
        slashes += str_percent_next(&at, end) == '/' ? 1 : 0;
        if (slashes == 3) {
            return here;
        }
    }
    return NULL;
}

static bool is_below_lock(const struct gate *gate, const char *path)
{
    return path != NULL && gate->locked_prefix != NULL && is_below(path, gate->locked_prefix) &&
           !str_equal(gate->open_path, path);
}

static bool is_locked(const struct gate *gate, const char *path)
{
    return is_below_lock(gate, path) || is_below_lock(gate, in_tenant(gate, path));
}

static bool is_large(const struct gate *gate, const char *path)
{
    const char *inner = in_tenant(gate, path);
    return (gate->large_prefix != NULL && str_starts(path, gate->large_prefix)) ||
           (inner != NULL && gate->tenant_large_prefix != NULL &&
            str_starts(inner, gate->tenant_large_prefix));
}

size_t gate_body_max(const struct gate *gate, const struct request *request)
{
    if (is_locked(gate, request->path)) {
        return GATE_DOOR_BODY_MAX;
    }
    return is_large(gate, request->path) ? GATE_LARGE_BODY_MAX : GATE_BODY_MAX;
}

struct refusal gate_refuse_body(const struct gate *gate, const struct request *request)
{
    switch (gate_body_max(gate, request)) {
    case GATE_DOOR_BODY_MAX:
        return refuse(413, "the body is larger than 4 MiB");
    case GATE_LARGE_BODY_MAX:
        return refuse(413, "the body is larger than 2 MiB");
    default:
        return refuse(413, "the body is larger than 64 KiB");
    }
}

static struct refusal judge_body(const struct gate *gate, const struct request *request)
{
    const char *length = request_header(request, "Content-Length");
    int64_t size = 0;
    if (length == NULL) {
        return ADMITTED;
    }
    if (*length == '\0' || strspn(length, "0123456789") != strlen(length)) {
        return refuse(400, "Content-Length is not a number");
    }
    if (!str_to_int64(length, 0, (int64_t)gate_body_max(gate, request), &size)) {
        return gate_refuse_body(gate, request);
    }
    return ADMITTED;
}

/* The size of the name in `host`, which may end in a port (RFC 3986 3.2.2); 0 when it is no host.
 * */
static size_t name_size(const char *host)
{
    size_t size = 0;
    if (*host == '[') {
        size = 1 + strspn(host + 1, "0123456789abcdefABCDEF:.");
        if (host[size] != ']' || size == 1) {
            return 0;
        }
        size++;
    } else {
        while (isalnum((unsigned char)host[size]) ||
               (host[size] != '\0' && strchr("-._", host[size]))) {
            size++;
        }
    }
    if (host[size] == '\0') {
        return size;
    }
    if (host[size] != ':') {
        return 0;
    }
    const char *port = host + size + 1;
    return strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5 ? size : 0;
}

static bool same_name(const char *listed, const char *name, size_t size)
{
    return strlen(listed) == size && strncasecmp(listed, name, size) == 0;
}

/* As an address, which has many spellings (RFC 4291 2.2). With brackets or without. */
static bool to_address(const char *text, size_t size, struct in6_addr *address)
{
    char copy[INET6_ADDRSTRLEN];
    bool has_brackets = size > 2 && text[0] == '[' && text[size - 1] == ']';
    size_t kept = has_brackets ? size - 2 : size;
    if (kept >= sizeof(copy)) {
        return false;
    }
    memcpy(copy, has_brackets ? text + 1 : text, kept);
    copy[kept] = '\0';
    return inet_pton(AF_INET6, copy, address) == 1;
}

static bool same_address(const char *listed, const char *name, size_t size)
{
    struct in6_addr a, b;
    return to_address(listed, strlen(listed), &a) && to_address(name, size, &b) &&
           memcmp(&a, &b, sizeof(a)) == 0;
}

static bool is_listed(const struct gate *gate, const char *name, size_t size)
{
    for (const char *const *listed = gate->hosts; listed != NULL && *listed != NULL; listed++) {
        if (same_name(*listed, name, size) || (*name == '[' && same_address(*listed, name, size))) {
            return true;
        }
    }
    return gate->knows_host != NULL && gate->knows_host(gate->context, name, size);
}

/* DNS rebinding: a page of a stranger's reaches a server on loopback, but with the stranger's name.
 * */
static struct refusal judge_host(const struct gate *gate, const struct request *request)
{
    size_t hosts = request_header_count(request, "Host");
    if (hosts > 1) {
        return refuse(400, "Host was sent more than once");
    }
    /* RFC 9112 3.2 asks it of HTTP/1.1; the older clients that leave it out are no browsers. */
    if (hosts == 0 && !request->http_1_0) {
        return refuse(400, "Host is missing");
    }
    const char *host = request_header(request, "Host");
    /* RFC 9112 3.2.2: the authority of an absolute target replaces Host. */
    if (request->authority != NULL) {
        host = request->authority;
    }
    if (host == NULL) {
        return ADMITTED;
    }

    size_t size = name_size(host);
    if (size == 0) {
        return refuse(400, "Host is not a name with an optional port");
    }
    if (gate->any_host && !is_locked(gate, request->path)) {
        return ADMITTED;
    }
    if (is_listed(gate, host, size)) {
        return ADMITTED;
    }
    int shown = (int)(size < HOST_SHOWN_MAX ? size : HOST_SHOWN_MAX);
    const char *option = gate->makes_certificate ? "--tls-name" : "--allow-host";
    const char *why = gate->makes_certificate ? ", which is for the certificate too" : "";
    return refuse(421, arena_printf(request->arena,
                                    "Host '%.*s' is not served here; add it with %s %.*s%s", shown,
                                    host, option, shown, host, why));
}

struct refusal gate_judge(const struct gate *gate, const struct request *request)
{
    struct refusal refusal = {0};
    if (request->malformed != NULL) {
        return refuse(400, request->malformed);
    }
    refusal = judge_headers(request);
    refusal = refusal.status == 0 ? judge_target(request) : refusal;
    refusal = refusal.status == 0 ? judge_framing(request) : refusal;
    refusal = refusal.status == 0 ? judge_body(gate, request) : refusal;
    return refusal.status == 0 ? judge_host(gate, request) : refusal;
}
