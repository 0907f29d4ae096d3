/* What the tests of fixtures share: a store in memory and a directory of the test's own. */
#ifndef MAKESHIFT_TESTS_TOP_WORLD_H
#define MAKESHIFT_TESTS_TOP_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/attr.h"
#include "server/base/log.h"
#include "server/seed.h"
#include "server/store/tenants.h"

#define NOW 1767225600

struct world {
    struct arena *arena;
    struct db *db;
    struct ring *ring;
    int64_t tenant;
    char directory[32];
    const char *path; /* of the fixture */
    const struct profile *profile;
    const char *problem;
};

static inline int make_world(void **state)
{
    struct world *world = calloc(1, sizeof(*world));
    const char *why = NULL;
    int64_t run = 0;
    world->arena = arena_new();
    world->ring = ring_new();
    memcpy(world->directory, "/tmp/seed-XXXXXX", 17);
    assert_non_null(mkdtemp(world->directory));
    world->path = arena_printf(world->arena, "%s/fixture.json", world->directory);
    assert_int_equal(db_open(NULL, world->arena, &world->db, &why), 0);
    assert_int_equal(tenants_open(world->db, "default", &world->tenant, &run), 0);
    log_setup(LOG_ERROR, LOG_TEXT);
    *state = world;
    return 0;
}

static inline const char *inside(struct world *world, const char *name)
{
    return arena_printf(world->arena, "%s/%s", world->directory, name);
}

static inline int drop_world(void **state)
{
    static const char *const names[] = {"fixture.json", "other.pem", "link.pem",
                                        "keys/a.pem",   "keys/link", "keys"};
    struct world *world = *state;
    for (size_t i = 0; i < COUNT(names); i++) {
        remove(inside(world, names[i]));
    }
    assert_int_equal(rmdir(world->directory), 0);
    ring_free(world->ring);
    db_close(world->db);
    arena_free(world->arena);
    free(world);
    return 0;
}

static inline void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static inline int load(struct world *world, const char *path, int64_t now)
{
    const struct clock clock = {.fixed = true, .at = now};
    struct random *random = random_new_seeded(1, 1);
    struct make *make = make_new(NULL, NULL);
    struct tenant tenant = {
        .id = world->tenant, .db = world->db, .clock = &clock, .random = random};
    world->problem = NULL;
    const struct seed_source source = {.path = path, .tenant = &tenant, .make = make, .now = now};
    int outcome = seed_load(world->db, world->tenant, world->ring, &source, world->arena,
                            &world->profile, &world->problem);
    make_free(make);
    random_free(random);
    return outcome;
}

/* Loads the smallest fixture with these members besides (' stands for "). */
static inline int load_with(struct world *world, const char *members, int64_t now)
{
    char *text = arena_printf(world->arena,
                              "{'clients':[{'client_id':'a','redirect_uris':['http://app.test/cb'],"
                              "'scope':'openid'}],'users':[{'sub':'1'}]%s}",
                              members);
    for (char *c = strchr(text, '\''); c != NULL; c = strchr(c, '\'')) {
        *c = '"';
    }
    write_file(world->path, text);
    return load(world, world->path, now);
}

#define WORLDLY(test) cmocka_unit_test_setup_teardown(test, make_world, drop_world)

#endif
