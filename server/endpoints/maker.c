#include "server/endpoints/maker.h"

#include <pthread.h>
#include <stdlib.h>

#include "server/base/memory.h"
#include "server/base/str.h"
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

struct template
{
    pthread_mutex_t lock;
    struct db_image image; /* made when first asked for */
    const struct profile *profile;
};

struct template *template_new(void)
{
    struct template *template = memory_new(sizeof(*template));
    pthread_mutex_init(&template->lock, NULL);
    return template;
}

void template_free(struct template *template)
{
    if (template != NULL) {
        db_image_free(&template->image);
        pthread_mutex_destroy(&template->lock);
        free(template);
    }
}

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

static bool is_gone(const struct maker *maker)
{
    return maker->fixture_text == NULL && maker->fixture_path != NULL &&
           str_equal(maker->fixture_path, "-");
}

/* What the fixture's text takes is given back. */
static int load(const struct maker *maker, const struct maker_wish *wish, struct tenant *tenant,
                struct arena *outer, const char **problem)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *why = NULL;
    const bool is_own = wish->fixture_text != NULL;
    const char *profile = wish->profile != NULL || is_own ? wish->profile : maker->profile;
    const struct fixture_source source = {
        .path = is_own ? NULL : maker->fixture_path,
        .text = is_own ? wish->fixture_text : maker->fixture_text,
        .profile = profile,
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

/* By way of a tenant that nobody sees. */
static int fill(const struct maker *maker, struct arena *arena)
{
    struct template *template = maker->template;
    struct tenancy_options options = maker->options;
    const struct maker_wish wish = {.name = TENANCY_DEFAULT};
    struct tenancy *tenancy = NULL;
    const char *why = NULL;
    options.name = TENANCY_DEFAULT;
    if (tenancy_open(&options, arena, &tenancy, &why) != 0) {
        return DB_BROKEN;
    }
    struct tenant *tenant = tenancy_tenant(tenancy);
    bool is_filled = load(maker, &wish, tenant, arena, &why) == MAKER_MADE &&
                     db_image(tenant->db, &template->image) == 0;
    template->profile = tenant->profile;
    tenancy_close(tenancy);
    return is_filled ? 0 : DB_BROKEN;
}

/* 0; 1: there can be none; negative: broken. */
static int template_ready(const struct maker *maker, struct arena *arena)
{
    struct template *template = maker->template;
    if (template == NULL || is_gone(maker)) {
        return 1;
    }
    pthread_mutex_lock(&template->lock);
    int outcome = template->image.bytes != NULL ? 0 : fill(maker, arena);
    pthread_mutex_unlock(&template->lock);
    return outcome;
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
    if (is_templated && template_ready(maker, arena) != 0) {
        *problem = "the server's fixture came through standard input; give one";
        return is_gone(maker) ? MAKER_NO_FIXTURE : MAKER_NOT_STORED;
    }
    options.image = is_templated ? &maker->template->image : wish->fork;
    int outcome = tenancy_open(&options, arena, &made->tenancy, problem);
    if (outcome != 0) {
        return outcome > 0 ? MAKER_NO_DB : outcome;
    }
    made->make = make_new(maker->catalogue, complete, made);
    if (is_templated) {
        return finish_copy(made, maker->template->profile, arena, REHANG_FORGETS);
    }
    if (wish->fork != NULL) {
        outcome = finish_copy(made, wish->fork_profile, arena, REHANG_KEEPS);
    } else {
        outcome = load(maker, wish, made_tenant(made), arena, problem);
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
    int outcome = is_own ? 0 : template_ready(maker, arena);
    if (outcome != 0) {
        return outcome;
    }
    if (db_become(tenant->db, is_own ? &made->first : &maker->template->image) != 0) {
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
    struct fixture_image fixture = {.digest = "", .image = made->first};
    int outcome = 0;
    if (made->first.bytes == NULL) {
        outcome = template_ready(maker, arena);
        fixture.image = maker->template != NULL ? maker->template->image : fixture.image;
    }
    return outcome == 0 ? fixture_image_join(image, &fixture, out)
                        : db_image_copy(image, IMAGE_WITH_KEYS, out);
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
    outcome = outcome > 0 ? load(maker, &wish, tenant, arena, why) : outcome;
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
