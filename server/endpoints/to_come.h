/* The sign-in to come (server/tenant/sign_ins.h) that an authorization request meets: what the
 * person does, said before at the control door. */
#ifndef MAKESHIFT_ENDPOINTS_TO_COME_H
#define MAKESHIFT_ENDPOINTS_TO_COME_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/endpoints/call.h"
#include "server/oauth/authorization.h"

enum to_come_decision { TO_COME_APPROVE, TO_COME_DENY, TO_COME_PAGE, TO_COME_ERROR };

/* Texts are in the call's arena. */
struct to_come {
    int64_t id;
    enum to_come_decision decision;
    enum error_code error; /* of TO_COME_ERROR */
    const char *user;      /* NULL: whom the request or the session names */
    const char *scope;     /* NULL: all that was asked for */
    bool has_organization; /* one was chosen, or all of them */
    int64_t organization;  /* 0: all */
};

/* Whether the request meets one, which counts as met then. */
bool to_come_meet(const struct call *call, const struct authorization *authorization,
                  struct to_come *to_come);

/* The request as it came; with the user that is told, if one is, as its login_hint. */
void to_come_hint(const struct call *call, const struct to_come *to_come, const struct form *form,
                  struct form *hinted);

/* Cuts the request down to what `user` grants. */
MUST_USE struct verdict to_come_limit(const struct call *call, const struct to_come *to_come,
                                      const struct user_row *user,
                                      struct authorization *authorization);

/* The refusal that TO_COME_DENY and TO_COME_ERROR are. */
MUST_USE struct verdict to_come_refuse(const struct call *call, const struct to_come *to_come);

/* TABLE of the errors that may be told: those of an authorization endpoint. NULL-terminated. */
extern const char *const to_come_errors[];

/* The words for decisions, in the order of enum to_come_decision; an error has none. */
extern const char *const to_come_decisions[];

#endif
