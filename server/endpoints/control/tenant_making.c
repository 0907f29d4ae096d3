/* Making a tenant: from a fixture, or as a copy of another; with --db FILE, in a file beside it. */
#include <string.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/tenants.h"
#include "server/endpoints/control/thing_name.h"
#include "server/endpoints/neighbours.h"
#include "server/oauth/profile.h"

static const char *clock_fault(struct arena *arena, const char *text)
{
    struct clock clock = {0};
    (void)arena;
    return clock_parse(text, &clock) == 0 ? NULL : "is no time";
}

static const struct shape fixture = {.type = SHAPE_ANY,
                                     .expected = "a fixture, as a file of --fixtures holds it"};
static const struct shape seed = {
    .type = SHAPE_INTEGER, .min = 0, .max = INT64_MAX, .expected = "an integer from 0"};
static const struct shape start_time = {.type = SHAPE_TEXT,
                                        .min = 1,
                                        .max = 40,
                                        .expected = "a time as --clock takes it: "
                                                    "\"2026-01-01T00:00:00Z\", \"+90d\", \"now\"",
                                        .fault = clock_fault};
static const char *const logins[] = {"auto", "page", NULL};
static const char *const profiles[] = {"make", "make-published", "standard", NULL};
static const struct shape login = {
    .type = SHAPE_TEXT, .max = 10, .expected = "auto or page", .words = logins};
static const struct shape profile = {.type = SHAPE_TEXT,
                                     .max = 20,
                                     .expected = "make, make-published or standard",
                                     .words = profiles};
static const struct shape_member tenant_members[] = {
    {"name", &thing_name, false},
    {"fixture", &fixture, false},
    {"seed", &seed, false},
    {"clock", &start_time, false},
    {"login", &login, false},
    {"profile", &profile, false},
    {"issuer", &tenant_base_shape, false},
    {"fork_of", &thing_name, false},
    {"snapshot", &thing_name, false},
    {"ttl", &tenant_idle_shape, false},
    {NULL, NULL, false},
};
const struct shape tenant_shape = {
    .type = SHAPE_RECORD, .expected = "an object", .members = tenant_members};
/* "the fixture: /clients/0/x: ... ; expected ...": the place goes below /fixture. */
static struct verdict refuse_fixture(const struct door *door, const char *problem)
{
    struct arena *arena = door->call->arena;
    const char *at = strstr(problem, ": ");
    const char *said = at != NULL ? at + 2 : problem;
    const char *expected = strstr(said, "; expected ");
    size_t size = said[0] == '/' ? strcspn(said, ":") : 0;
    return REFUSED(WRONG_MEMBER, .check = "fixture", .detail = said,
                   .pointer = arena_printf(arena, "/fixture%.*s", (int)size, said),
                   .expected = expected != NULL ? expected + strlen("; expected ") : NULL);
}

/* Names that nobody chose are numbers, and no number comes twice. */
static const char *free_name(const struct door *door)
{
    struct registry *registry = door->call->site->registry;
    for (;;) {
        const char *candidate = arena_printf(door->call->arena, "t%u", registry_number(registry));
        struct realm *there = registry_enter(registry, candidate, strlen(candidate));
        if (there == NULL) {
            return candidate;
        }
        realm_leave(there);
    }
}

/* SQLite has files of such names beside those of others. */
static struct verdict check_name(const struct door *door, const char *named)
{
    const char *reserved = neighbour_reserved(named);
    return door->call->site->maker->db == NULL || reserved == NULL
               ? ALLOWED
               : door_refuse(door, "/name",
                             arena_printf(door->call->arena,
                                          "a name that does not end in %s, as --db keeps a file "
                                          "of that name beside another tenant's",
                                          reserved),
                             named);
}

static struct verdict read_wish(const struct door *door, struct maker_wish *wish)
{
    const json_t *body = door->body;
    const char *named = json_string_value(json_object_get(body, "name"));
    const json_t *given = json_object_get(body, "fixture");
    const json_t *number = json_object_get(body, "seed");
    const char *time = json_string_value(json_object_get(body, "clock"));
    const char *shown = json_string_value(json_object_get(body, "login"));
    wish->name = named != NULL ? arena_strdup(door->call->arena, named) : free_name(door);
    wish->fixture_text = given == NULL ? NULL : json_text(door->call->arena, given, NULL);
    wish->profile = json_string_value(json_object_get(body, "profile"));
    if (number != NULL) {
        wish->options.seeded = true;
        wish->options.seed = (uint64_t)json_integer_value(number);
    }
    if (time != NULL && clock_parse(time, &wish->options.clock) != 0) {
        wish->options.clock = (struct clock){0}; /* its shape lets only times pass */
    }
    if (shown != NULL) {
        wish->options.login = str_equal(shown, login_names[LOGIN_PAGE]) ? LOGIN_PAGE : LOGIN_AUTO;
    }
    return check_name(door, wish->name);
}

/* An image of the tenant that is forked, or a snapshot of it: of the default one, where none is
 * named. */
static struct verdict take_image(const struct door *door, struct maker_wish *wish,
                                 struct db_image *image)
{
    const char *origin = json_string_value(json_object_get(door->body, "fork_of"));
    const char *held = json_string_value(json_object_get(door->body, "snapshot"));
    origin = origin != NULL ? origin : REALM_DEFAULT;
    struct realm *realm = registry_enter(door->call->site->registry, origin, strlen(origin));
    if (realm == NULL) {
        return door_refuse(door, "/fork_of", "the name of a tenant", origin);
    }
    struct verdict woken = tenants_wake(door, realm);
    if (woken.code != ERROR_NONE) {
        realm_leave(realm);
        return woken;
    }
    realm_read(realm);
    wish->fork_profile = realm->tenant->profile;
    if (json_object_get(door->body, "clock") == NULL) {
        wish->options.clock = realm->tenant->clock;
    }
    int outcome = held != NULL ? snapshots_get(realm->snapshots, realm->tenant->db, held,
                                               SNAPSHOT_WITH_KEYS, image)
                               : db_image(realm->tenant->db, image);
    realm_unlock(realm);
    realm_leave(realm);
    if (outcome > 0) {
        return door_refuse(door, "/snapshot", "the name of a snapshot of that tenant", held);
    }
    wish->fork = image;
    return outcome == 0 ? ALLOWED : error_store_broken();
}

static struct verdict read_origin(const struct door *door, struct maker_wish *wish,
                                  struct db_image *image)
{
    static const char *const others[] = {"fixture", "profile"};
    bool is_copy = json_object_get(door->body, "fork_of") != NULL ||
                   json_object_get(door->body, "snapshot") != NULL;
    for (size_t i = 0; is_copy && i < COUNT(others); i++) {
        if (json_object_get(door->body, others[i]) != NULL) {
            return door_refuse(door, arena_printf(door->call->arena, "/%s", others[i]),
                               "fork_of or snapshot, which bring one, or this", NULL);
        }
    }
    return is_copy ? take_image(door, wish, image) : ALLOWED;
}

static struct verdict make(struct door *door, const struct maker_wish *wish, struct made **made)
{
    const char *problem;
    int outcome = maker_make(door->call->site->maker, wish, door->call->arena, made, &problem);
    switch (outcome) {
    case MAKER_MADE:
        return ALLOWED;
    case MAKER_NO_FIXTURE:
        return refuse_fixture(door, problem);
    default:
        return error_store_broken();
    }
}

static struct verdict refuse_taken(const struct door *door, const char *named)
{
    return REFUSED(CONFLICT, .check = "name", .pointer = "/name", .actual = named,
                   .detail =
                       arena_printf(door->call->arena, "there is a tenant '%s' already", named),
                   .expected = "a name that no tenant has");
}

static struct verdict hang(struct door *door, struct realm *realm, const char *named)
{
    int outcome = registry_add(door->call->site->registry, realm);
    if (outcome == REGISTRY_TAKEN) {
        return refuse_taken(door, named);
    }
    if (outcome == REGISTRY_FULL) {
        return REFUSED(TOO_MANY, .check = "tenants",
                       .detail = "there are as many tenants as --tenants allows; delete one",
                       .expected = "fewer tenants");
    }
    return ALLOWED;
}

/* Into a file, where the server has one. */
static struct verdict settle(const struct door *door, struct realm *realm)
{
    const struct site *site = door->call->site;
    struct arena *arena = door->call->arena;
    const char *db = site->maker->db;
    if (db == NULL) {
        return ALLOWED;
    }
    if (!registry_make_room(site->registry)) {
        return REFUSED(TOO_MANY, .check = "tenants",
                       .detail = "as many tenants are in use at once as may be",
                       .expected = "fewer requests at once");
    }
    int outcome = realm_settle(realm, neighbour_path(arena, db, realm->name), arena);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == MADE_TAKEN ? refuse_taken(door, arena_strdup(arena, realm->name)) : ALLOWED;
}

/* It may be ended by somebody else as soon as it hangs. */
static struct verdict serve(struct door *door, struct realm *realm)
{
    const struct site *site = door->call->site;
    struct arena *arena = door->call->arena;
    const char *url = json_string_value(json_object_get(door->body, "issuer"));
    const char *issuer = site_issuer(arena, url != NULL ? url : site->origin, realm->name);
    realm_keep_journal(realm, site->journals, site->journal_entries);
    realm_own_base(realm, url);
    tenants_end_when_idle(door, realm);
    realm_serve(realm, issuer);
    TRY(settle(door, realm));
    struct verdict hung = hang(door, realm, arena_strdup(arena, realm->name));
    if (hung.code != ERROR_NONE && realm_end(realm) != 0) {
        return error_store_broken();
    }
    return hung;
}

/* What its file is to say of it. */
static void set_settings(struct realm *realm, const struct maker_wish *wish)
{
    realm->settings = (struct settings){.profile = realm->tenant->profile->name,
                                        .login = wish->options.login,
                                        .clock = wish->options.clock,
                                        .seeded = wish->options.seeded,
                                        .seed = wish->options.seed};
}

static struct verdict begin(struct door *door, struct maker_wish *wish, struct made **made)
{
    struct db_image image = {0};
    TRY(read_wish(door, wish));
    struct verdict begun = read_origin(door, wish, &image);
    begun = begun.code == ERROR_NONE ? make(door, wish, made) : begun;
    wish->fork = NULL; /* whoever was made has a copy */
    db_image_free(&image);
    return begun;
}

struct verdict tenants_post(struct door *door)
{
    const struct site *site = door->call->site;
    struct made *made = NULL;
    if (site->maker == NULL) {
        return error_store_broken();
    }
    struct maker_wish wish = {.options = site->maker->options};
    TRY(begin(door, &wish, &made));
    struct realm *realm = realm_new(wish.name, made, NULL, NULL);
    set_settings(realm, &wish);
    realm_enter(realm);
    struct verdict verdict = serve(door, realm);
    if (verdict.code != ERROR_NONE) {
        realm_leave(realm);
        realm_leave(realm);
        return verdict;
    }
    json_t *shown = tenants_show(door, realm);
    realm_leave(realm);
    response_set(door->call->response, "Location",
                 arena_printf(door->call->arena, DOOR_PREFIX "tenants/%s", wish.name));
    return door_answer(door, 201, shown);
}
