#include "server/endpoints/maker.h"

#include <stdlib.h>

#include "server/base/memory.h"
#include "server/fixture/documents.h"
#include "server/fixture/load.h"

struct made {
    struct catalogue *catalogue;
    struct tenancy *tenancy;
    struct make *make;
};

/* What is behind the API, when it is first asked for. What is drawn for it is drawn from a stream
 * of its own, so that a seed gives the same tokens whenever that is. */
static int complete(void *context)
{
    const struct made *made = context;
    struct tenant tenant = *tenancy_tenant(made->tenancy);
    struct random *random = tenancy_random_beside(made->tenancy);
    tenant.random = random;
    int outcome = fixture_documents_complete(&tenant, made->catalogue);
    random_free(random);
    return outcome;
}

void made_free(struct made *made)
{
    if (made == NULL) {
        return;
    }
    make_free(made->make);
    tenancy_close(made->tenancy);
    free(made);
}

struct tenant *made_tenant(struct made *made)
{
    return tenancy_tenant(made->tenancy);
}

struct make *made_make(struct made *made)
{
    return made->make;
}

/* What the fixture's text takes is given back. */
static int load(const struct maker *maker, const struct maker_wish *wish, struct made *made,
                struct arena *outer, const char **problem)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct tenant *tenant = made_tenant(made);
    const char *why = NULL;
    const bool is_own = wish->fixture_text != NULL;
    const struct fixture_source source = {
        .path = is_own ? NULL : maker->fixture_path,
        .text = is_own ? wish->fixture_text : maker->fixture_text,
        .profile = wish->profile != NULL ? wish->profile
                   : is_own              ? NULL
                                         : maker->profile,
        .tenant = tenant,
        .catalogue = maker->catalogue,
        .now = tenant_now(tenant),
    };
    int outcome = fixture_load(tenant->db, tenant->ring, &source, arena, &tenant->profile, &why);
    if (outcome > 0) {
        *problem = arena_strdup(outer, why);
        return MAKER_NO_FIXTURE;
    }
    return outcome < 0 ? MAKER_NOT_STORED : MAKER_MADE;
}

static int make_parts(const struct maker *maker, const struct maker_wish *wish, struct made *made,
                      struct arena *arena, const char **problem)
{
    struct tenancy_options options = wish->options;
    options.name = wish->name;
    options.db = wish->db;
    int outcome = tenancy_open(&options, arena, &made->tenancy, problem);
    if (outcome != 0) {
        return outcome > 0 ? MAKER_NO_DB : outcome;
    }
    made->make = make_new(maker->catalogue, complete, made);
    return load(maker, wish, made, arena, problem);
}

int maker_make(const struct maker *maker, const struct maker_wish *wish, struct arena *arena,
               struct made **out, const char **problem)
{
    struct made *made = memory_new(sizeof(*made));
    made->catalogue = maker->catalogue;
    *problem = NULL;
    int outcome = make_parts(maker, wish, made, arena, problem);
    if (outcome != MAKER_MADE) {
        made_free(made);
        made = NULL;
    }
    *out = made;
    return outcome;
}
