#include "server/tenant/tenancy.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/store/starts.h"
#include "server/tenant/snapshot.h"

struct tenancy {
    struct tenant tenant;
    char *name;
    char *path; /* NULL: in memory */
    bool seeded;
    uint64_t seed;
    uint64_t run; /* starts of this database; 0: this one is not counted yet */
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

struct tenancy *tenancy_asleep(const struct tenancy_options *options)
{
    struct tenancy *tenancy = memory_new(sizeof(*tenancy));
    char *name = memory_strdup(options->name);
    *tenancy = (struct tenancy){.name = name, .seeded = options->seeded, .seed = options->seed};
    tenancy->path = options->db != NULL ? memory_strdup(options->db) : NULL;
    tenancy->tenant = (struct tenant){
        .name = name,
        .login = options->login,
        .explain = options->explain,
        .guesses = options->guesses,
        .clock = options->clock,
        .ring = ring_new(),
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
static int begin(struct tenancy *tenancy)
{
    struct tenant *tenant = &tenancy->tenant;
    if (tenancy->run != 0) {
        return starts_again(tenant->db);
    }
    if (count_start(tenancy) != 0) {
        return DB_BROKEN;
    }
    tenant->random = randomness(tenancy, tenancy->run);
    return 0;
}

int tenancy_wake(struct tenancy *tenancy, struct arena *arena, const char **why)
{
    struct db **db = &tenancy->tenant.db;
    *why = NULL;
    if (*db != NULL) {
        return 0;
    }
    int outcome = db_open(tenancy->path, arena, db, why);
    if (outcome != 0) {
        return outcome < 0 ? DB_BROKEN : 1;
    }
    if (begin(tenancy) != 0) {
        tenancy_sleep(tenancy);
        return DB_BROKEN;
    }
    return 0;
}

void tenancy_sleep(struct tenancy *tenancy)
{
    db_close(tenancy->tenant.db);
    tenancy->tenant.db = NULL;
}

/* A copy of an image costs a tenth of a new database. */
static int open_copy(struct tenancy *tenancy, const struct db_image *image)
{
    int outcome = db_open_image(image, &tenancy->tenant.db);
    return outcome == 0 ? begin(tenancy) : outcome;
}

int tenancy_open(const struct tenancy_options *options, struct arena *arena, struct tenancy **out,
                 const char **why)
{
    struct tenancy *tenancy = tenancy_asleep(options);
    bool is_copy = options->image != NULL && options->db == NULL;
    *out = NULL;
    *why = NULL;
    int outcome = is_copy ? open_copy(tenancy, options->image) : tenancy_wake(tenancy, arena, why);
    if (outcome != 0) {
        tenancy_close(tenancy);
        return outcome;
    }
    *out = tenancy;
    return 0;
}

static int write_file(struct tenancy *tenancy, const char *path)
{
    struct db_image image = {0};
    int outcome = db_image(tenancy->tenant.db, &image);
    outcome = outcome == 0 ? db_image_write(&image, path, IMAGE_IS_NEW) : outcome;
    db_image_free(&image);
    return outcome;
}

int tenancy_settle(struct tenancy *tenancy, const char *path, struct arena *arena)
{
    const char *why = NULL;
    int outcome = write_file(tenancy, path);
    if (outcome != 0) {
        return outcome;
    }
    tenancy_sleep(tenancy);
    tenancy->path = memory_strdup(path);
    if (tenancy_wake(tenancy, arena, &why) == 0) {
        return 0;
    }
    log_message(LOG_ERROR, "%s", why != NULL ? why : "a new database cannot be opened");
    (void)(db_delete(path) == 0); /* if not, it is there at the next start */
    return DB_BROKEN;
}

int tenancy_forsake(struct tenancy *tenancy)
{
    if (tenancy->path == NULL) {
        return 0;
    }
    struct db *db = tenancy->tenant.db;
    if (snapshots_forsake(db, tenancy->path) != 0) {
        log_message(LOG_WARN, "snapshots beside '%s' may stand yet", tenancy->path);
    }
    return db != NULL ? db_forsake(db, tenancy->path) : db_delete(tenancy->path);
}

void tenancy_close(struct tenancy *tenancy)
{
    if (tenancy == NULL) {
        return;
    }
    ring_free(tenancy->tenant.ring);
    random_free(tenancy->tenant.random);
    db_close(tenancy->tenant.db);
    free(tenancy->path);
    free(tenancy->name);
    free(tenancy);
}
