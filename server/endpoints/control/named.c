#include "server/endpoints/control/named.h"

#include <stdio.h>
#include <string.h>

#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/oauth/secret.h"
#include "server/oauth/user.h"

#define FINGERPRINT "fp:"
#define FINGERPRINT_BYTES 6 /* of the hash: the first of the secret's SHA-256 */
#define NEAREST_OF 100      /* clients that are looked at for the nearest name */

static struct verdict refuse_name(const struct door *door, const char *what, const char *pointer,
                                  const char *text, const char *nearest)
{
    struct arena *arena = door->call->arena;
    const char *copy = arena_strdup(arena, text);
    if (pointer == NULL) {
        struct verdict verdict = door_not_there(door, what, copy);
        verdict.nearest = nearest;
        return verdict;
    }
    return REFUSED(WRONG_MEMBER, .check = what, .pointer = pointer,
                   .detail = arena_printf(arena, "there is no %s '%s'", what, copy),
                   .expected = arena_printf(arena, "a %s that is there", what), .actual = copy,
                   .nearest = nearest);
}

struct verdict named_user(const struct door *door, const char *pointer, const char *text,
                          struct user_row *user)
{
    struct tenant *tenant = door->call->tenant;
    const char *nearest = NULL;
    int found = users_find(tenant->db, text, door->call->arena, user);
    if (found == 0) {
        return ALLOWED;
    }
    const char *copy = arena_strdup(door->call->arena, text);
    if (found < 0 || user_find_nearest(tenant, door->call->arena, copy, &nearest) != 0) {
        return error_store_broken();
    }
    return refuse_name(door, "user", pointer, copy, nearest);
}

struct verdict named_client(const struct door *door, const char *pointer, const char *text,
                            struct client_row *client)
{
    struct db *db = door->call->tenant->db;
    struct arena *arena = door->call->arena;
    const char *ids[NEAREST_OF];
    size_t count = 0;
    struct nearest nearest;
    int found = clients_get(db, text, arena, client);
    if (found == 0) {
        return ALLOWED;
    }
    if (found < 0 || clients_of_fixture(db, NEAREST_OF, arena, ids, &count) != 0) {
        return error_store_broken();
    }
    nearest_init(&nearest, text);
    for (size_t i = 0; i < count; i++) {
        nearest_offer(&nearest, ids[i]);
    }
    return refuse_name(door, "client", pointer, text, nearest_text(&nearest));
}

static const char *hexadecimal(struct arena *arena, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = arena_alloc(arena, 2 * size + 1);
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * size] = '\0';
    return text;
}

static unsigned value_of(char digit)
{
    return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a') + 10;
}

/* 0; 1 when the text is not `size` bytes in small hexadecimal digits. */
MUST_USE static int read_bytes(const char *text, uint8_t *bytes, size_t size)
{
    if (strlen(text) != 2 * size || strspn(text, "0123456789abcdef") != 2 * size) {
        return 1;
    }
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value_of(text[2 * i]) << 4 | value_of(text[2 * i + 1]));
    }
    return 0;
}

const char *named_id(struct arena *arena, const struct hash *hash)
{
    return hexadecimal(arena, hash->bytes, sizeof(hash->bytes));
}

int named_id_read(const char *text, struct hash *hash)
{
    return read_bytes(text, hash->bytes, sizeof(hash->bytes));
}

json_t *named_row(struct arena *arena, const struct hash *hash)
{
    return json_pack(
        "{s:s, s:s}", "id", named_id(arena, hash), "fingerprint",
        arena_printf(arena, FINGERPRINT "%s", hexadecimal(arena, hash->bytes, FINGERPRINT_BYTES)));
}

/* The first row behind `since`, or that one, of a kind that a hash can be of. */
static int first_behind(const struct door *door, enum named_what what, enum token_row_kind kind,
                        const struct list_filter *filter, struct hash *found)
{
    struct db *db = door->call->tenant->db;
    const struct token_row *tokens = NULL;
    const struct session_row *sessions = NULL;
    size_t count = 0;
    int outcome = what == NAMED_SESSION
                      ? lists_sessions(db, filter, door->call->arena, &sessions, &count)
                      : lists_tokens(db, kind, filter, door->call->arena, &tokens, &count);
    if (outcome == 0 && count > 0) {
        *found = what == NAMED_SESSION ? sessions->hash : tokens->hash;
    }
    return outcome != 0 ? outcome : count == 0;
}

/* The greatest key before this one, so that a list that goes on behind it begins with this one. */
static struct hash key_before(struct hash key)
{
    size_t i = sizeof(key.bytes);
    while (i > 0 && key.bytes[i - 1]-- == 0) {
        i--;
    }
    return key;
}

/* Completes a key of which the first `known` bytes are given: 0 there is such a row, 1 none. */
static int complete_key(const struct door *door, enum named_what what, size_t known,
                        struct hash *key)
{
    const struct list_filter filter = {.limit = 1, .since = key_before(*key)};
    enum token_row_kind end = what == NAMED_SESSION ? 1 : TOKEN_ROW__MAX;
    int outcome = 1;
    for (enum token_row_kind kind = 0; kind < end && outcome == 1; kind++) {
        struct hash found = {0};
        outcome = first_behind(door, what, kind, &filter, &found);
        if (outcome == 0 && memcmp(&found, key, known) != 0) {
            outcome = 1;
        }
        if (outcome == 0) {
            *key = found;
        }
    }
    return outcome;
}

/* It may be a secret of somewhere else: it is not shown. */
static struct verdict refuse_secret(const struct door *door, const char *what, const char *pointer)
{
    struct arena *arena = door->call->arena;
    const char *detail = arena_printf(arena, "there is no such %s", what);
    if (pointer == NULL) {
        return REFUSED(NOT_FOUND, .check = "path", .detail = detail, .clause = "RFC 9110 15.5.5");
    }
    return REFUSED(WRONG_MEMBER, .check = what, .pointer = pointer, .detail = detail,
                   .expected = arena_printf(arena, "a %s that is there", what));
}

struct verdict named_secret(const struct door *door, enum named_what what, const char *pointer,
                            const char *text, struct hash *hash)
{
    static const char *const words[] = {[NAMED_TOKEN] = "token", [NAMED_SESSION] = "session"};
    size_t known = sizeof(hash->bytes);
    int outcome = 0;
    *hash = (struct hash){0};
    if (str_starts(text, FINGERPRINT) &&
        read_bytes(text + strlen(FINGERPRINT), hash->bytes, FINGERPRINT_BYTES) == 0) {
        known = FINGERPRINT_BYTES;
    } else if (named_id_read(text, hash) != 0) {
        *hash = secret_hash(text);
        outcome =
            pointer == NULL; /* paths are logged, and whoever puts a secret there is not helped */
    }
    outcome = outcome == 0 ? complete_key(door, what, known, hash) : outcome;
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == 0 ? ALLOWED : refuse_secret(door, words[what], pointer);
}

void names_fini(struct names *names)
{
    json_decref(names->users);
    json_decref(names->clients);
}

/* What `known` has at this number is set in the row, and if it has nothing, what `find` gives. */
static struct verdict put_name(struct names *names, json_t **known, int64_t id, json_t *row,
                               const char *member,
                               int (*find)(const struct door *door, int64_t id, const char **name))
{
    char key[24];
    const char *name = NULL;
    (void)snprintf(key, sizeof(key), "%lld", (long long)id);
    if (*known == NULL) {
        *known = json_object();
    }
    json_t *value = json_object_get(*known, key);
    if (value == NULL) {
        int found = find(names->door, id, &name);
        if (found < 0) {
            return error_store_broken();
        }
        value = found == 0 ? json_string(name) : json_null();
        json_object_set_new(*known, key, value);
    }
    if (!json_is_null(value)) {
        json_object_set(row, member, value);
    }
    return ALLOWED;
}

static int find_user(const struct door *door, int64_t id, const char **name)
{
    struct user_row row = {0};
    int found = users_get(door->call->tenant->db, id, door->call->arena, &row);
    *name = row.sub;
    return found;
}

static int find_client(const struct door *door, int64_t id, const char **name)
{
    struct client_row row = {0};
    int found = clients_get_by_id(door->call->tenant->db, id, door->call->arena, &row);
    *name = row.client_id;
    return found;
}

struct verdict names_put_user(struct names *names, json_t *row, int64_t id)
{
    return id == 0 ? ALLOWED : put_name(names, &names->users, id, row, "user", find_user);
}

struct verdict names_put_client(struct names *names, json_t *row, int64_t id)
{
    return id == 0 ? ALLOWED : put_name(names, &names->clients, id, row, "client_id", find_client);
}
