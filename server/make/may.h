/* The rule: who may call what. Each step says what was needed and what was held. */
#ifndef MAKESHIFT_MAKE_MAY_H
#define MAKESHIFT_MAKE_MAY_H

#include "server/base/attr.h"
#include "server/make/subject.h"

/* INSUFFICIENT_SCOPE unless the token holds all that the operation needs: a `:write` implies no
 * `:read`. ACCESS_DENIED when one of them is an administrator's and the user is none. */
MUST_USE struct verdict may_scope(const struct api *api);

/* In the organization and team that the call is about. NOT_FOUND for a document of a team or
 * organization in which the user has no role; else ACCESS_DENIED. Also when the user limited the
 * consent to another organization. */
MUST_USE struct verdict may_role(const struct api *api, const struct subject *subject);

/* PERMISSION_DENIED unless the user has a role in the team, or one in its organization that comes
 * with each team. */
MUST_USE struct verdict may_team(const struct api *api, const struct subject *subject);

/* Whether one document of a list is shown: whether may_role would allow it. The role is weighed
 * once for documents of one place that follow each other. */
struct sight {
    const struct api *api;
    bool is_known; /* what is below is that of the last document's */
    int64_t organization, team;
    bool may;
};
bool may_see(struct sight *sight, const struct document_row *row);

/* RATE_LIMITED beyond the organization's license.apiLimit calls in a minute of the tenant's
 * clock. */
MUST_USE struct verdict may_rate(const struct api *api, const struct subject *subject);

#endif
