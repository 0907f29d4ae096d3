#include "server/endpoints/maker.h"

#include <stdlib.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/loading.h"
#include "server/endpoints/template.h"
#include "server/fixture/documents.h"
#include "server/fixture/load.h"
#include "server/fixture/rehang.h"
#include "server/store/fixture_image.h"
#include "server/store/kept.h"
#include "server/store/told.h"

struct made {
    struct catalogue *catalogue;
    struct tenancy *tenancy;
    struct make *make;
    struct db_image first; /* its own fixture, put; empty: the template's, or the file carries it */
    uint64_t first_position; /* of its randomness */
    bool is_known;           /* what a file says of its profile and its keys has been read */
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
    db_image_free(&made->first);
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

static bool is_default(const struct made *made)
{
    return str_equal(tenancy_tenant(made->tenancy)->name, TENANCY_DEFAULT);
}

/* The default tenant is what the server is, and reads its fixture itself; so does one that has its
 * own, or another profile. */
static bool takes_template(const struct maker *maker, const struct maker_wish *wish)
{
    return maker->template != NULL && wish->fixture_text == NULL && wish->profile == NULL &&
           wish->fork == NULL && !str_equal(wish->name, TENANCY_DEFAULT);
}

static int finish_copy(struct made *made, const struct profile *profile, struct arena *arena,
                       enum rehang_former former)
{
    struct tenant *tenant = made_tenant(made);
    tenant->profile = profile;
    made->first_position = random_position(tenant->random);
    /* What steers its origin, and what that returns to, are no part of the copy. */
    if (former == REHANG_KEEPS &&
        (told_clear(tenant->db, NULL) != 0 || fixture_image_clear(tenant->db) != 0)) {
        return MAKER_NOT_STORED;
    }
    return rehang_own(tenant, arena, former) == 0 ? MAKER_MADE : MAKER_NOT_STORED;
}

static int make_parts(const struct maker *maker, const struct maker_wish *wish, struct made *made,
                      struct arena *arena, const char **problem)
{
    struct tenancy_options options = wish->options;
    bool is_templated = takes_template(maker, wish);
    options.name = wish->name;
    options.db = wish->db;
    struct template_held held = {.image = wish->fork, .profile = wish->fork_profile};
    int outcome = is_templated ? template_hold(maker, arena, &held) : 0;
    if (outcome != 0) {
        return MAKER_NOT_STORED;
    }
    options.image = held.image;
    outcome = tenancy_open(&options, arena, &made->tenancy, problem);
    if (is_templated) {
        template_release(maker->template);
    }
    if (outcome != 0) {
        return outcome > 0 ? MAKER_NO_DB : outcome;
    }
    made->make = make_new(maker->catalogue, complete, made);
    if (is_templated) {
        return finish_copy(made, held.profile, arena, REHANG_FORGETS);
    }
    if (wish->fork != NULL) {
        outcome = finish_copy(made, held.profile, arena, REHANG_KEEPS);
    } else {
        const struct loading loading = {.maker = maker,
                                        .wish = wish,
                                        .tenant = made_tenant(made),
                                        .text = template_text(maker, arena)};
        outcome = loading_run(&loading, arena, problem);
        made->first_position = random_position(made_tenant(made)->random);
    }
    bool is_own = wish->fixture_text != NULL || wish->profile != NULL || wish->fork != NULL;
    if (outcome == MAKER_MADE && is_own) {
        outcome = db_image(made_tenant(made)->db, &made->first) == 0 ? MAKER_MADE : DB_BROKEN;
    }
    return outcome;
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

/* What a file carries, it carries afterwards too. 0; 1: it carries none; negative: broken. */
static int become_carried(struct tenant *tenant, struct arena *arena)
{
    struct fixture_image carried = {0};
    struct db_image whole = {0};
    int outcome = db_is_file(tenant->db) ? fixture_image_get(tenant->db, arena, &carried) : 1;
    outcome = outcome == 0 ? fixture_image_join(&carried.image, &carried, &whole) : outcome;
    outcome = outcome == 0 ? db_become(tenant->db, &whole) : outcome;
    db_image_free(&whole);
    return outcome == 0 ? rehang_stored(tenant, arena) : outcome;
}

static int become_first(struct made *made, const struct maker *maker, struct arena *arena)
{
    struct tenant *tenant = made_tenant(made);
    bool is_own = made->first.bytes != NULL;
    struct template_held held = {.image = &made->first};
    int outcome = is_own ? 0 : template_hold(maker, arena, &held);
    if (outcome != 0) {
        return outcome;
    }
    outcome = db_become(tenant->db, held.image);
    if (!is_own) {
        template_release(maker->template);
    }
    if (outcome != 0) {
        return DB_BROKEN;
    }
    return is_own || is_default(made) ? rehang_same(tenant, arena)
                                      : rehang_own(tenant, arena, REHANG_FORGETS);
}

int made_reset(struct made *made, const struct maker *maker, struct arena *arena)
{
    int outcome = become_carried(made_tenant(made), arena);
    outcome = outcome > 0 ? become_first(made, maker, arena) : outcome;
    if (outcome == 0) {
        make_again(made->make);
        random_seek(made_tenant(made)->random, made->first_position);
    }
    return outcome;
}

/* What an image of a tenant in memory does not carry. A fixture that is gone is not carried. */
static int join(struct made *made, const struct maker *maker, const struct db_image *image,
                struct db_image *out)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    bool is_own = made->first.bytes != NULL;
    struct template_held held = {.image = &made->first};
    if (!is_own && template_hold(maker, arena, &held) != 0) {
        return db_image_copy(image, IMAGE_WITH_KEYS, out);
    }
    const struct fixture_image fixture = {.digest = "", .image = *held.image};
    int outcome = fixture_image_join(image, &fixture, out);
    if (!is_own) {
        template_release(maker->template);
    }
    return outcome;
}

int made_pack(struct made *made, const struct maker *maker, const struct db_image *image,
              enum image_keys keys, struct db_image *out)
{
    struct db_image whole = {0};
    if (db_is_file(made_tenant(made)->db)) {
        return db_image_copy(image, keys, out);
    }
    int outcome = join(made, maker, image, &whole);
    outcome = outcome == 0 ? db_image_copy(&whole, keys, out) : outcome;
    db_image_free(&whole);
    return outcome;
}

int made_renew(struct made *made, const struct maker *maker, const char *text, struct arena *arena,
               const char **why)
{
    struct tenant *tenant = made_tenant(made);
    const struct maker_wish wish = {.name = tenant->name};
    const struct profile *before = tenant->profile;
    const struct loading loading = {
        .maker = maker, .wish = &wish, .tenant = tenant, .text = text, .is_again = true};
    int outcome = loading_run(&loading, arena, why);
    if (outcome != MAKER_MADE) {
        tenant->profile = before;
        return outcome;
    }
    make_again(made->make);
    return rehang_stored(tenant, arena) == 0 ? MAKER_MADE : MAKER_NOT_STORED;
}

struct made *maker_find(const struct maker *maker, const struct maker_wish *wish)
{
    struct made *made = memory_new(sizeof(*made));
    struct tenancy_options options = wish->options;
    options.name = wish->name;
    options.db = wish->db;
    made->catalogue = maker->catalogue;
    made->tenancy = tenancy_asleep(&options);
    made->make = make_new(maker->catalogue, complete, made);
    made_tenant(made)->profile =
        wish->profile != NULL ? profile_find(wish->profile) : &profile_table[PROFILE_MAKE];
    return made;
}

/* Into the database in memory, of which the file is then an image. */
static int pack(struct made *made, const char *settings)
{
    struct db *db = made_tenant(made)->db;
    struct fixture_image fixture = {.digest = "", .image = made->first};
    struct db_image taken = {0};
    int outcome = 0;
    if (made->first.bytes == NULL) {
        outcome = db_image(db, &taken);
        fixture.image = taken;
    }
    outcome = outcome == 0 ? fixture_image_put(db, &fixture) : outcome;
    db_image_free(&taken);
    return outcome == 0 ? kept_put(db, KEPT_TENANT, settings) : outcome;
}

int made_settle(struct made *made, const char *path, const char *settings, struct arena *arena)
{
    int outcome = pack(made, settings);
    outcome = outcome == 0 ? tenancy_settle(made->tenancy, path, arena) : outcome;
    db_image_free(&made->first);
    made->is_known = true;
    return outcome > 0 ? MADE_TAKEN : outcome;
}

void made_sleep(struct made *made)
{
    tenancy_sleep(made->tenancy);
}

/* A file that carries no fixture, as none of ours was ever put into it, gets the server's. */
static int know(struct made *made, const struct maker *maker, struct arena *arena, const char **why)
{
    struct tenant *tenant = made_tenant(made);
    const struct maker_wish wish = {.name = tenant->name};
    int outcome = fixture_take_up(tenant, NULL, arena);
    if (outcome > 0) {
        const struct loading loading = {
            .maker = maker, .wish = &wish, .tenant = tenant, .text = template_text(maker, arena)};
        outcome = loading_run(&loading, arena, why);
    }
    made->first_position = random_position(tenant->random);
    made->is_known = outcome == 0;
    return outcome == MAKER_NO_FIXTURE ? MADE_UNUSABLE : -(outcome != 0);
}

int made_wake(struct made *made, const struct maker *maker, struct arena *arena, const char **why)
{
    int outcome = tenancy_wake(made->tenancy, arena, why);
    if (outcome != 0) {
        return outcome;
    }
    outcome = made->is_known ? 0 : know(made, maker, arena, why);
    if (outcome != 0) {
        made_sleep(made);
    }
    return outcome;
}

int made_forsake(struct made *made)
{
    return tenancy_forsake(made->tenancy);
}
