/* The tenant as a whole: back to its fixture, held under a name, and back to what was held. */
#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/endpoints/control/resources.h"
#include "server/endpoints/control/thing_name.h"
#include "server/endpoints/orders.h"
#include "server/fixture/rehang.h"
#include "server/store/image_copy.h"
#include "server/tenant/snapshot.h"

static const char *const kept_words[] = {"clock", NULL};
static const struct shape kept = {
    .type = SHAPE_TEXT, .max = 10, .expected = "clock", .words = kept_words};
static const struct shape kept_list = {.type = SHAPE_LIST,
                                       .max = 1,
                                       .expected = "a list of what is to stay: [\"clock\"]",
                                       .item = &kept,
                                       .unique = true};
static const struct shape_member reset_members[] = {{"keep", &kept_list, false},
                                                    {NULL, NULL, false}};
const struct shape reset_shape = {
    .type = SHAPE_RECORD, .expected = "an object with keep", .members = reset_members};

static const struct shape_member snapshot_members[] = {{"name", &thing_name, true},
                                                       {NULL, NULL, false}};
const struct shape snapshot_shape = {
    .type = SHAPE_RECORD, .expected = "an object with name", .members = snapshot_members};

const char *const snapshot_media[] = {"application/vnd.sqlite3", NULL};

static struct snapshot_parts parts_of(const struct realm *realm)
{
    return (struct snapshot_parts){.db = realm->tenant->db,
                                   .random = realm->tenant->random,
                                   .now = clock_now(&realm->tenant->clock)};
}

struct verdict reset_post(struct door *door)
{
    struct realm *realm = door->call->realm;
    if (realm->made == NULL) {
        return error_store_broken();
    }
    if (made_reset(realm->made, door->call->site->maker, door->call->arena) != 0) {
        return error_store_broken();
    }
    bool keeps_clock = json_has_text(json_object_get(door->body, "keep"), "clock");
    const struct clock clock = realm->tenant->clock;
    if ((keeps_clock && orders_set_clock(realm, &clock, realm->tenant->skew) != 0) ||
        orders_take_up(realm) != 0) {
        return error_store_broken();
    }
    realm_forget(realm);
    realm_publish(realm);
    return door_done(door);
}

struct verdict snapshots_get_all(struct door *door)
{
    const struct realm *realm = door->call->realm;
    json_t *list = snapshots_list(realm->snapshots, realm->tenant->db);
    return list != NULL ? door_list(door, list) : error_store_broken();
}

static struct verdict refuse(const struct door *door, int outcome, const char *which)
{
    if (outcome == SNAPSHOT_UNKNOWN) {
        return door_not_there(door, "snapshot", which);
    }
    if (outcome == SNAPSHOT_TOO_MANY) {
        return REFUSED(TOO_MANY, .check = "snapshots",
                       .detail = "a tenant holds 100 snapshots; delete one",
                       .expected = "fewer snapshots");
    }
    if (outcome == SNAPSHOT_NAME_TAKEN) {
        return REFUSED(
            CONFLICT, .check = "name", .pointer = "/name", .actual = which,
            .detail = arena_printf(door->call->arena, "there is a snapshot '%s' already", which),
            .expected = "a name that no snapshot has");
    }
    return error_store_broken();
}

static json_t *find(const struct realm *realm, const char *which)
{
    json_auto_t *list = snapshots_list(realm->snapshots, realm->tenant->db);
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row)
    {
        if (str_equal(json_string_value(json_object_get(row, "name")), which)) {
            return json_incref(row);
        }
    }
    return json_null();
}

struct verdict snapshots_post(struct door *door)
{
    struct realm *realm = door->call->realm;
    const struct snapshot_parts parts = parts_of(realm);
    const char *which =
        arena_strdup(door->call->arena, json_string_value(json_object_get(door->body, "name")));
    int outcome = snapshots_make(realm->snapshots, which, &parts);
    return outcome == SNAPSHOT_DONE ? door_answer(door, 201, find(realm, which))
                                    : refuse(door, outcome, which);
}

struct verdict snapshot_restore(struct door *door)
{
    struct realm *realm = door->call->realm;
    const struct snapshot_parts parts = parts_of(realm);
    const char *which = door->arguments[0];
    int outcome = snapshots_restore(realm->snapshots, which, &parts);
    if (outcome != SNAPSHOT_DONE) {
        return refuse(door, outcome, which);
    }
    make_again(realm->make);
    realm_forget(realm);
    if (orders_take_up(realm) != 0 || rehang_same(realm->tenant, door->call->arena) != 0) {
        return error_store_broken();
    }
    realm_publish(realm);
    return door_answer(door, 200, find(realm, which));
}

static const char *const with_keys_words[] = {"1", NULL};
static const struct shape with_keys_shape = {
    .type = SHAPE_TEXT, .max = 10, .expected = "1, or no keys at all", .words = with_keys_words};
const struct door_parameter snapshot_query[] = {
    {"keys", "1: with the private keys", &with_keys_shape}, {NULL, NULL, NULL}};

/* The SQLite file that --db opens. */
struct verdict snapshot_get(struct door *door)
{
    const char *which = door->arguments[0];
    struct realm *realm = door->call->realm;
    struct db_image held = {0}, image = {0};
    if (realm->made == NULL) {
        return error_store_broken();
    }
    enum image_keys keys = door_query(door, "keys") != NULL ? IMAGE_WITH_KEYS : IMAGE_WITHOUT_KEYS;
    int outcome =
        snapshots_get(realm->snapshots, realm->tenant->db, which, SNAPSHOT_WITH_KEYS, &held);
    if (outcome == SNAPSHOT_DONE) {
        outcome = made_pack(realm->made, door->call->site->maker, &held, keys, &image);
    }
    db_image_free(&held);
    if (outcome != SNAPSHOT_DONE) {
        return refuse(door, outcome, which);
    }
    response_body(door->call->response, 200, snapshot_media[0], image.bytes, image.size);
    db_image_free(&image);
    return ALLOWED;
}

struct verdict snapshot_delete(struct door *door)
{
    const struct realm *realm = door->call->realm;
    const char *which = door->arguments[0];
    int outcome = snapshots_delete(realm->snapshots, realm->tenant->db, which);
    return outcome == SNAPSHOT_DONE ? door_done(door) : refuse(door, outcome, which);
}

struct verdict snapshots_empty(struct door *door)
{
    const struct realm *realm = door->call->realm;
    json_auto_t *list = snapshots_list(realm->snapshots, realm->tenant->db);
    size_t i;
    json_t *row;
    json_array_foreach(list, i, row)
    {
        const char *which = json_string_value(json_object_get(row, "name"));
        if (snapshots_delete(realm->snapshots, realm->tenant->db, which) < 0) {
            return error_store_broken();
        }
    }
    return list != NULL ? door_done(door) : error_store_broken();
}
