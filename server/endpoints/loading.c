#include "server/endpoints/loading.h"

#include "server/fixture/load.h"

/* What the fixture's text takes is given back. */
int loading_run(const struct loading *loading, struct arena *outer, const char **problem)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *why = NULL;
    const struct maker *maker = loading->maker;
    const struct maker_wish *wish = loading->wish;
    struct tenant *tenant = loading->tenant;
    const bool is_own = wish->fixture_text != NULL;
    const char *profile = wish->profile != NULL || is_own ? wish->profile : maker->profile;
    const struct fixture_source source = {
        .path = is_own ? NULL : maker->fixture_path,
        .text = is_own ? wish->fixture_text : loading->text,
        .profile = profile,
        .tenant = tenant,
        .catalogue = maker->catalogue,
        .now = tenant_now(tenant),
        .is_again = loading->is_again,
    };
    int outcome = fixture_load(tenant->db, tenant->ring, &source, arena, &tenant->profile, &why);
    if (outcome > 0) {
        *problem = arena_strdup(outer, why);
        return MAKER_NO_FIXTURE;
    }
    return outcome < 0 ? MAKER_NOT_STORED : MAKER_MADE;
}
