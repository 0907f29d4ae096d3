#include "server/tenant/tenancy.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/store/starts.h"

struct tenancy {
    struct tenant tenant;
    char *name;
    bool seeded;
    uint64_t seed;
    uint64_t run; /* starts of this database */
};

static struct random *randomness(const struct tenancy *tenancy, uint64_t stream)
{
    const char *name = str_equal(tenancy->name, TENANCY_DEFAULT) ? NULL : tenancy->name;
    return tenancy->seeded ? random_new_named(tenancy->seed, name, stream) : random_new_system();
}

struct random *tenancy_random_beside(const struct tenancy *tenancy)
{
    return randomness(tenancy, ~tenancy->run);
}

struct tenant *tenancy_tenant(struct tenancy *tenancy)
{
    return &tenancy->tenant;
}

static struct tenancy *tenancy_new(const struct tenancy_options *options)
{
    struct tenancy *tenancy = memory_new(sizeof(*tenancy));
    char *name = memory_strdup(options->name);
    *tenancy = (struct tenancy){.name = name, .seeded = options->seeded, .seed = options->seed};
    tenancy->tenant = (struct tenant){
        .name = name,
        .login = options->login,
        .explain = options->explain,
        .guesses = options->guesses,
        .clock = options->clock,
    };
    return tenancy;
}

/* A start that cannot be counted, as the disk is full, draws from a stream that no counted one has.
 */
#define UNCOUNTED ((uint64_t)1 << 62)

static int count_start(struct tenancy *tenancy)
{
    struct db *db = tenancy->tenant.db;
    int64_t run;
    if (starts_count(db, &run) == 0) {
        tenancy->run = (uint64_t)run;
        return 0;
    }
    if (starts_get(db, &run) != 0) {
        return DB_BROKEN;
    }
    log_message(LOG_WARN, "the database cannot be written to: what is in it is served");
    tenancy->run = (uint64_t)run | UNCOUNTED;
    return 0;
}

/* The start is counted before anything is drawn: a seed's stream is one of this start. */
static int open_parts(struct tenancy *tenancy, const struct tenancy_options *options,
                      struct arena *arena, const char **why)
{
    struct tenant *tenant = &tenancy->tenant;
    bool is_copy = options->image != NULL && options->db == NULL;
    int outcome = is_copy ? db_open_image(options->image, &tenant->db)
                          : db_open(options->db, arena, &tenant->db, why);
    if (outcome != 0) {
        return outcome < 0 ? DB_BROKEN : 1;
    }
    if (count_start(tenancy) != 0) {
        return DB_BROKEN;
    }
    tenant->random = randomness(tenancy, tenancy->run);
    tenant->ring = ring_new();
    return tenant->random == NULL || tenant->ring == NULL ? DB_BROKEN : 0;
}

int tenancy_open(const struct tenancy_options *options, struct arena *arena, struct tenancy **out,
                 const char **why)
{
    struct tenancy *tenancy = tenancy_new(options);
    *out = NULL;
    *why = NULL;
    if (tenancy == NULL) {
        return DB_BROKEN;
    }
    int outcome = open_parts(tenancy, options, arena, why);
    if (outcome != 0) {
        tenancy_close(tenancy);
        return outcome;
    }
    *out = tenancy;
    return 0;
}

void tenancy_close(struct tenancy *tenancy)
{
    if (tenancy == NULL) {
        return;
    }
    ring_free(tenancy->tenant.ring);
    random_free(tenancy->tenant.random);
    db_close(tenancy->tenant.db);
    free(tenancy->name);
    free(tenancy);
}
