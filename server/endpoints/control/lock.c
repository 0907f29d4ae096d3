#include "server/endpoints/control/lock.h"

#include <string.h>
#include <strings.h>

#include "keys/digest.h"
#include "server/endpoints/call.h"

#define SCHEME "Bearer "

/* NULL: none was sent. */
static const char *token_of(const struct call *call)
{
    const char *header = request_header(call->request, "Authorization");
    if (header == NULL || strncasecmp(header, SCHEME, strlen(SCHEME)) != 0) {
        return NULL;
    }
    header += strlen(SCHEME);
    return header + strspn(header, " ");
}

/* By their digests: not even the length of the token shows in the time that it takes. */
static bool is_token(const char *token, const char *sent)
{
    uint8_t expected[DIGEST_SIZE], actual[DIGEST_SIZE];
    digest_texts(expected, &token, 1);
    digest_texts(actual, &sent, 1);
    return digest_equal(expected, actual, sizeof(expected));
}

static struct verdict check_token(const char *token, const struct call *call)
{
    const char *sent = token_of(call);
    if (sent != NULL && is_token(token, sent)) {
        return ALLOWED;
    }
    response_set(call->response, "WWW-Authenticate",
                 sent == NULL ? "Bearer realm=\"makeshift control door\""
                              : "Bearer realm=\"makeshift control door\", error=\"invalid_token\"");
    if (sent == NULL) {
        return REFUSED(MISSING_TOKEN, .check = "control_token",
                       .detail = "the control door asks for the token of --control-token: send "
                                 "Authorization: Bearer TOKEN",
                       .expected = "the token of --control-token", .clause = "RFC 6750 3");
    }
    return REFUSED(INVALID_TOKEN, .check = "control_token",
                   .detail = "this is not the token of --control-token",
                   .expected = "the token of --control-token", .clause = "RFC 6750 3.1");
}

struct verdict lock_stands(const struct lock *lock, const struct call *call)
{
    if (lock->is_off) {
        return REFUSED(NOT_FOUND, .check = "control",
                       .detail = "the control door is off; start the server with --control on",
                       .expected = "--control on", .actual = "--control off");
    }
    if (lock->port != 0 && !call->at_door_port) {
        return REFUSED(NOT_FOUND, .check = "control",
                       .detail = arena_printf(call->arena, "the control door is at port %u alone",
                                              (unsigned)lock->port),
                       .expected = arena_printf(call->arena, "port %u", (unsigned)lock->port));
    }
    if (lock->is_unasked) {
        return REFUSED(ACCESS_DENIED, .check = "control",
                       .detail = "the server is reached from beyond this machine, and nobody asked "
                                 "for its control door there: start it with --control-token TOKEN, "
                                 "or with --control on for whoever comes",
                       .expected = "--control-token, or --control on");
    }
    return ALLOWED;
}

bool lock_is_open(const struct lock *lock, const struct call *call)
{
    if (lock_stands(lock, call).code != ERROR_NONE) {
        return false;
    }
    const char *sent = lock->token != NULL ? token_of(call) : NULL;
    return lock->token == NULL || (sent != NULL && is_token(lock->token, sent));
}

struct verdict lock_check(const struct lock *lock, const struct call *call)
{
    TRY(lock_stands(lock, call));
    return lock->token != NULL ? check_token(lock->token, call) : ALLOWED;
}
