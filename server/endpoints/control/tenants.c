/* Tenants: worlds of their own below /t/NAME, for a test that is to see no other. */
#include <string.h>

#include "server/base/clock.h"
#include "server/base/duration.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/control/thing_name.h"
#include "server/oauth/profile.h"

/* Without a path: the tenant's own follows. */
static const char *base_fault(struct arena *arena, const char *text)
{
    struct url url = {0};
    bool is_http = str_starts(text, "http://") || str_starts(text, "https://");
    if (!is_http || url_parse(arena, text, &url) != NULL || url.host == NULL ||
        url.userinfo != NULL) {
        return "is no http or https URL";
    }
    bool is_base = str_equal(url.path, "") && strpbrk(text, "?#") == NULL;
    return is_base ? NULL : "is more than scheme, host and port";
}

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
static const struct shape base = {.type = SHAPE_TEXT,
                                  .min = 1,
                                  .max = 200,
                                  .expected = "a base URL such as \"http://localhost:32768\"",
                                  .fault = base_fault};
static const struct shape idle = {
    .type = SHAPE_DURATION, .min = 1, .max = DURATION_MAX, .expected = DURATION_EXPECTED};
static const struct shape_member tenant_members[] = {
    {"name", &thing_name, false},
    {"fixture", &fixture, false},
    {"seed", &seed, false},
    {"clock", &start_time, false},
    {"login", &login, false},
    {"profile", &profile, false},
    {"issuer", &base, false},
    {"fork_of", &thing_name, false},
    {"snapshot", &thing_name, false},
    {"ttl", &idle, false},
    {NULL, NULL, false},
};
const struct shape tenant_shape = {
    .type = SHAPE_RECORD, .expected = "an object", .members = tenant_members};
static const struct shape_member patch_members[] = {
    {"issuer", &base, false}, {"ttl", &idle, false}, {NULL, NULL, false}};
const struct shape tenant_patch_shape = {
    .type = SHAPE_RECORD, .expected = "an object with issuer, ttl", .members = patch_members};

/* Where the tenant is steered: at a port of the door's own, or where the tenant is. The realm is
 * held. */
static const char *control_of(const struct door *door, const struct realm *realm)
{
    const struct lock *lock = &door->call->site->lock;
    struct arena *arena = door->call->arena;
    const char *issuer = realm->tenant->issuer;
    size_t root = strlen(issuer) - strlen(realm->base_path);
    return lock->origin != NULL
               ? arena_printf(arena, "%s%s/_makeshift", lock->origin, realm->door_path)
               : arena_printf(arena, "%.*s%s/_makeshift", (int)root, issuer, realm->door_path);
}

static json_t *show(const struct door *door, struct realm *realm)
{
    realm_read(realm);
    json_t *shown =
        json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", realm->name, "issuer", realm->tenant->issuer,
                  "control", control_of(door, realm), "profile", realm->tenant->profile->name,
                  "login", login_names[realm->tenant->login]);
    realm_unlock(realm);
    return shown;
}

struct verdict tenants_get(struct door *door)
{
    size_t count;
    struct realm **all = registry_all(door->call->site->registry, door->call->arena, &count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list, show(door, all[i]));
        realm_leave(all[i]);
    }
    return door_list(door, list);
}

/* The one that the path names, entered. */
static struct verdict enter(const struct door *door, struct realm **realm)
{
    const char *named = door->arguments[0];
    *realm = registry_enter(door->call->site->registry, named, strlen(named));
    return *realm != NULL ? ALLOWED : door_not_there(door, "tenant", named);
}

struct verdict tenant_get(struct door *door)
{
    struct realm *realm;
    TRY(enter(door, &realm));
    json_t *shown = show(door, realm);
    realm_leave(realm);
    return door_answer(door, 200, shown);
}

static struct verdict refuse_default(const struct door *door, const char *what)
{
    return REFUSED(CONFLICT, .check = "tenant",
                   .detail =
                       arena_printf(door->call->arena, "the tenant default cannot be %s", what),
                   .actual = REALM_DEFAULT);
}

static void end_when_idle(const struct door *door, struct realm *realm)
{
    const json_t *ttl = json_object_get(door->body, "ttl");
    int64_t ms = 0;
    if (ttl != NULL && duration_read(ttl, &ms) == 0) {
        atomic_store(&realm->ttl_ms, ms);
        realm_asked(realm); /* from now on */
    }
}

/* `base_url` NULL: it has the server's. */
static void admit(const struct door *door, struct realm *realm, const char *base_url)
{
    struct url parts = {0};
    if (base_url != NULL && url_parse(door->call->arena, base_url, &parts) == NULL) {
        realm_own_host(realm, parts.host);
    }
}

struct verdict tenant_patch(struct door *door)
{
    struct realm *realm;
    TRY(enter(door, &realm));
    const char *url = json_string_value(json_object_get(door->body, "issuer"));
    if (json_object_size(door->body) == 0) {
        realm_leave(realm);
        return door_refuse(door, "", tenant_patch_shape.expected, NULL);
    }
    if (realm == door->call->site->first) {
        realm_leave(realm);
        return refuse_default(door, "given another issuer: --issuer names it");
    }
    realm_write(realm);
    admit(door, realm, url);
    if (url != NULL) {
        realm_serve(realm, site_issuer(door->call->arena, url, realm->name));
    }
    end_when_idle(door, realm);
    realm_unlock(realm);
    json_t *shown = show(door, realm);
    realm_leave(realm);
    return door_answer(door, 200, shown);
}

/* What is held goes on, and is the last that it answers. */
static int end(struct registry *registry, const char *named)
{
    struct realm *realm = registry_remove(registry, named);
    if (realm == NULL) {
        return 1;
    }
    atomic_store(&realm->is_gone, true);
    latches_empty(realm->latches);
    watchers_tell(&realm->delayed);
    journal_tell(realm->journal); /* who waits for something to come true waits in vain */
    realm_leave(realm);
    return 0;
}

struct verdict tenant_delete(struct door *door)
{
    const struct site *site = door->call->site;
    const char *named = door->arguments[0];
    if (str_equal(named, REALM_DEFAULT)) {
        return refuse_default(door, "deleted");
    }
    return end(site->registry, named) == 0 ? door_done(door)
                                           : door_not_there(door, "tenant", named);
}

struct verdict tenants_delete(struct door *door)
{
    size_t count;
    struct registry *registry = door->call->site->registry;
    struct realm **all = registry_all(registry, door->call->arena, &count);
    for (size_t i = 0; i < count; i++) {
        /* Somebody else may have ended it just now. */
        (void)(all[i] == door->call->site->first || end(registry, all[i]->name) == 0);
        realm_leave(all[i]);
    }
    return door_done(door);
}

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

static void read_wish(const struct door *door, struct maker_wish *wish)
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
    realm_read(realm);
    wish->fork_profile = realm->tenant->profile;
    if (json_object_get(door->body, "clock") == NULL) {
        wish->options.clock = realm->tenant->clock;
    }
    int outcome = held != NULL ? snapshots_get(realm->snapshots, held, SNAPSHOT_WITH_KEYS, image)
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

static struct verdict hang(struct door *door, struct realm *realm, const char *named)
{
    const struct site *site = door->call->site;
    int outcome = registry_add(site->registry, realm);
    if (outcome == REGISTRY_TAKEN) {
        return REFUSED(CONFLICT, .check = "name", .pointer = "/name", .actual = named,
                       .detail =
                           arena_printf(door->call->arena, "there is a tenant '%s' already", named),
                       .expected = "a name that no tenant has");
    }
    if (outcome == REGISTRY_FULL) {
        return REFUSED(TOO_MANY, .check = "tenants",
                       .detail = "there are as many tenants as --tenants allows; delete one",
                       .expected = "fewer tenants");
    }
    return ALLOWED;
}

struct verdict tenants_post(struct door *door)
{
    const struct site *site = door->call->site;
    struct arena *arena = door->call->arena;
    struct made *made = NULL;
    const char *url = json_string_value(json_object_get(door->body, "issuer"));
    if (site->maker == NULL) {
        return error_store_broken();
    }
    struct maker_wish wish = {.options = site->maker->options};
    read_wish(door, &wish);
    struct db_image image = {0};
    struct verdict begun = read_origin(door, &wish, &image);
    begun = begun.code == ERROR_NONE ? make(door, &wish, &made) : begun;
    db_image_free(&image);
    TRY(begun);
    struct realm *realm = realm_new(wish.name, made, NULL, NULL);
    realm_keep_journal(realm, site->journals, site->journal_entries);
    const char *issuer = site_issuer(arena, url != NULL ? url : site->origin, wish.name);
    admit(door, realm, url);
    end_when_idle(door, realm);
    realm_enter(realm); /* somebody may end it as soon as it is there */
    realm_serve(realm, issuer);
    struct verdict verdict = hang(door, realm, wish.name);
    if (verdict.code != ERROR_NONE) {
        realm_leave(realm);
        realm_leave(realm);
        return verdict;
    }
    json_t *shown = show(door, realm);
    realm_leave(realm);
    response_set(door->call->response, "Location",
                 arena_printf(arena, DOOR_PREFIX "tenants/%s", wish.name));
    return door_answer(door, 201, shown);
}
