/* A request of one of the pages that lead through an interaction: the interaction, found again. */
#ifndef MAKESHIFT_ENDPOINTS_VISIT_H
#define MAKESHIFT_ENDPOINTS_VISIT_H

#include "server/base/attr.h"
#include "server/base/form.h"
#include "server/endpoints/page.h"
#include "server/endpoints/session.h"

struct visit {
    struct form form; /* of the page itself */
    const char *handle;
    struct interaction_row row;
    struct session session;
    struct authorization authorization;
    json_t *decided; /* where the browser is to go, as it was decided elsewhere; NULL: it was not */
};

/* Finds it, and reads the authorization request anew from what was kept: nothing that a page
 * carries is trusted. STALE_PAGE when it is over, or another browser session's. One that was
 * decided elsewhere is only good for visit_leave. */
MUST_USE struct verdict visit_enter(struct call *call, struct visit *visit);

/* Takes the browser where it was decided elsewhere that it goes. */
MUST_USE struct verdict visit_leave(struct call *call, struct visit *visit);

/* Reads the authorization request of visit->row. */
MUST_USE struct verdict visit_read_kept(struct call *call, struct visit *visit);

bool visit_csrf_is_right(struct call *call, const struct visit *visit);

/* What every page of this visit shows. */
struct page_form visit_page(struct call *call, const struct visit *visit);

/* A page that is shown again, as the form it came from has not the right token: the person can go
 * on, and a script sees that nothing was done. */
MUST_USE struct verdict visit_shown_anew(struct call *call);

/* Ends the interaction. A decision is made once: whoever takes it makes it, and another is
 * STALE_PAGE. */
MUST_USE struct verdict visit_take(struct call *call, const struct visit *visit);

/* ACCESS_DENIED, as the user denied. */
MUST_USE struct verdict visit_denial(void);

/* Takes it, for that. */
MUST_USE struct verdict visit_deny(struct call *call, const struct visit *visit);

MUST_USE struct verdict visit_refuse_stale(const char *actual);

/* Leads the browser to the page at `path` for the interaction of that handle. */
void visit_go_to(struct call *call, const char *path, const char *handle);

#endif
