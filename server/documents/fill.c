#include "server/documents/fill.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/user.h"

/* What a call adds to the world. */
struct with {
    int64_t id;
    const struct match *match; /* NULL: there is no path */
};

static void draw(const struct world *world, uint8_t bytes[16])
{
    random_bytes(world->tenant->random, bytes, 16);
}

static const char *hex_of(struct arena *arena, const uint8_t *bytes, size_t count)
{
    struct str_buf text;
    str_buf_init(&text, arena);
    for (size_t i = 0; i < count; i++) {
        str_buf_printf(&text, "%02x", bytes[i]);
    }
    return str_buf_text(&text);
}

static const char *draw_hex(const struct world *world)
{
    uint8_t bytes[16];
    draw(world, bytes);
    return hex_of(world->arena, bytes, sizeof(bytes));
}

const char *fill_uuid(const struct world *world)
{
    uint8_t bytes[16];
    draw(world, bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    const char *hex = hex_of(world->arena, bytes, sizeof(bytes));
    return arena_printf(world->arena, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16,
                        hex + 20);
}

static json_t *fill_id(const struct world *world, const struct with *with)
{
    (void)world;
    return json_integer(with->id);
}

static json_t *fill_new_uuid(const struct world *world, const struct with *with)
{
    (void)with;
    return json_string(fill_uuid(world));
}

static json_t *fill_new_hex(const struct world *world, const struct with *with)
{
    (void)with;
    return json_string(draw_hex(world));
}

static json_t *fill_now(const struct world *world, const struct with *with)
{
    char text[CLOCK_ISO_SIZE];
    (void)with;
    clock_iso_date(tenant_now(world->tenant), text);
    return json_string(text);
}

static json_t *fill_timestamp(const struct world *world, const struct with *with)
{
    (void)with;
    return json_integer(tenant_now(world->tenant) * 1000);
}

static json_t *fill_user(const struct world *world, const struct with *with)
{
    (void)with;
    return json_integer(user_number(world->who));
}

static json_t *fill_user_name(const struct world *world, const struct with *with)
{
    (void)with;
    const char *claims = world->who->claims;
    json_auto_t *all = claims != NULL ? json_loads(claims, 0, NULL) : NULL;
    json_t *name = json_object_get(all, "name");
    return name != NULL ? json_incref(name) : json_null();
}

static json_t *fill_user_email(const struct world *world, const struct with *with)
{
    (void)with;
    const char *email = world->who->email;
    return email != NULL ? json_string(email) : json_null();
}

static const struct {
    const char *text;
    json_t *(*value)(const struct world *world, const struct with *with);
} placeholders[] = {
    {"{id}", fill_id},
    {"{uuid}", fill_new_uuid},
    {"{hex32}", fill_new_hex},
    {"{now}", fill_now},
    {"{timestamp}", fill_timestamp},
    {"{user}", fill_user},
    {"{user.name}", fill_user_name},
    {"{user.email}", fill_user_email},
};

#define PATH "{path:"

static json_t *of_path(const struct world *world, const char *text, const struct with *with)
{
    size_t size = strlen(text) - strlen(PATH) - 1;
    const char *name = arena_strndup(world->arena, text + strlen(PATH), size);
    const char *value = match_value(with->match, name);
    int64_t number;
    if (value != NULL && str_to_int64(value, 0, INT64_MAX, &number)) {
        return json_integer(number);
    }
    return value != NULL ? json_string(value) : json_null();
}

static json_t *fill_text(const struct world *world, const json_t *value, const struct with *with)
{
    const char *text = json_string_value(value);
    for (size_t i = 0; i < COUNT(placeholders); i++) {
        if (str_equal(placeholders[i].text, text)) {
            return placeholders[i].value(world, with);
        }
    }
    if (str_starts(text, PATH) && str_ends(text, "}")) {
        return of_path(world, text, with);
    }
    return json_deep_copy(value);
}

static json_t *fill_any(const struct world *world, const json_t *value, const struct with *with);

static json_t *fill_object(const struct world *world, const json_t *value, const struct with *with)
{
    json_t *copy = json_object();
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        json_object_set_new(copy, name, fill_any(world, member, with));
    }
    return copy;
}

static json_t *fill_array(const struct world *world, const json_t *value, const struct with *with)
{
    json_t *copy = json_array();
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_array_append_new(copy, fill_any(world, json_array_get(value, i), with));
    }
    return copy;
}

static json_t *fill_any(const struct world *world, const json_t *value, const struct with *with)
{
    if (json_is_string(value)) {
        return fill_text(world, value, with);
    }
    if (json_is_object(value)) {
        return fill_object(world, value, with);
    }
    if (json_is_array(value)) {
        return fill_array(world, value, with);
    }
    return json_deep_copy(value);
}

json_t *fill_value(const struct world *world, const json_t *value, int64_t id,
                   const struct match *match)
{
    return fill_any(world, value, &(struct with){id, match});
}

bool fill_is_of_path(const json_t *value)
{
    return json_is_string(value) && str_starts(json_string_value(value), PATH);
}

#define OWN "{own:"

bool fill_is_composed(const json_t *value)
{
    return json_is_string(value) && strstr(json_string_value(value), OWN) != NULL;
}

static json_t *fill_piece(const struct world *world, const char *piece, const json_t *own,
                          const char *parent)
{
    if (str_starts(piece, OWN)) {
        size_t size = strlen(piece) - strlen(OWN) - 1;
        json_t *value =
            json_object_get(own, arena_strndup(world->arena, piece + strlen(OWN), size));
        return value != NULL ? json_deep_copy(value) : json_null();
    }
    if (str_equal(piece, "{of}")) {
        const char *slash = strrchr(parent, '/');
        return json_string(slash != NULL ? slash + 1 : parent);
    }
    json_auto_t *text = json_string(piece);
    return fill_text(world, text, &(struct with){0});
}

json_t *fill_composed(const struct world *world, const json_t *value, const json_t *own,
                      const char *parent)
{
    const char *at = json_string_value(value);
    struct str_buf text;
    str_buf_init(&text, world->arena);
    while (*at != '\0') {
        size_t size = *at == '{' ? strcspn(at, "}") + 1 : strcspn(at, "{");
        const char *piece = arena_strndup(world->arena, at, size);
        json_auto_t *filled =
            *at == '{' ? fill_piece(world, piece, own, parent) : json_string(piece);
        if (size == json_string_length(value)) {
            return json_incref(filled);
        }
        str_buf_put(&text, json_is_string(filled) ? json_string_value(filled)
                                                  : json_text(world->arena, filled, NULL));
        at += size;
    }
    return json_string(str_buf_text(&text));
}
