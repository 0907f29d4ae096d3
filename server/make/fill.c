#include "server/make/fill.h"

#include <string.h>

#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/make/stored.h"

static void draw(const struct api *api, uint8_t bytes[16])
{
    random_bytes(api->tenant->random, bytes, 16);
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

static const char *draw_hex(const struct api *api)
{
    uint8_t bytes[16];
    draw(api, bytes);
    return hex_of(api->arena, bytes, sizeof(bytes));
}

const char *fill_uuid(const struct api *api)
{
    uint8_t bytes[16];
    draw(api, bytes);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    const char *hex = hex_of(api->arena, bytes, sizeof(bytes));
    return arena_printf(api->arena, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8, hex + 12, hex + 16,
                        hex + 20);
}

static json_t *fill_id(const struct api *api, int64_t id)
{
    (void)api;
    return json_integer(id);
}

static json_t *fill_new_uuid(const struct api *api, int64_t id)
{
    (void)id;
    return json_string(fill_uuid(api));
}

static json_t *fill_new_hex(const struct api *api, int64_t id)
{
    (void)id;
    return json_string(draw_hex(api));
}

static json_t *fill_now(const struct api *api, int64_t id)
{
    char text[CLOCK_ISO_SIZE];
    (void)id;
    clock_iso_date(tenant_now(api->tenant), text);
    return json_string(text);
}

static json_t *fill_timestamp(const struct api *api, int64_t id)
{
    (void)id;
    return json_integer(tenant_now(api->tenant) * 1000);
}

static json_t *fill_user(const struct api *api, int64_t id)
{
    (void)id;
    return json_integer(caller_number(&api->caller->user));
}

static json_t *fill_user_name(const struct api *api, int64_t id)
{
    (void)id;
    const char *claims = api->caller->user.claims;
    json_auto_t *all = claims != NULL ? json_loads(claims, 0, NULL) : NULL;
    json_t *name = json_object_get(all, "name");
    return name != NULL ? json_incref(name) : json_null();
}

static json_t *fill_user_email(const struct api *api, int64_t id)
{
    (void)id;
    const char *email = api->caller->user.email;
    return email != NULL ? json_string(email) : json_null();
}

/* A zone is where its API is: here, host and port of the issuer. */
static json_t *fill_zone(const struct api *api, int64_t id)
{
    (void)id;
    const char *authority = strstr(api->tenant->issuer, "://") + 3;
    return json_stringn(authority, strcspn(authority, "/"));
}

static json_t *fill_teams(const struct api *api, int64_t id)
{
    const struct documents_filter filter = {.collection = "teams", .organization = id};
    const struct document_row *rows;
    size_t count;
    json_t *list = json_array();
    if (documents_list(api->tenant->db, &filter, api->arena, &rows, &count) != 0) {
        return list;
    }
    for (size_t i = 0; i < count; i++) {
        json_auto_t *team = stored_json(&rows[i]);
        json_array_append_new(list, json_pack("{s:O?, s:O?}", "id", json_object_get(team, "id"),
                                              "name", json_object_get(team, "name")));
    }
    return list;
}

static const struct {
    const char *text;
    json_t *(*value)(const struct api *api, int64_t id);
} placeholders[] = {
    {"{id}", fill_id},
    {"{uuid}", fill_new_uuid},
    {"{hex32}", fill_new_hex},
    {"{now}", fill_now},
    {"{timestamp}", fill_timestamp},
    {"{user}", fill_user},
    {"{user.name}", fill_user_name},
    {"{user.email}", fill_user_email},
    {"{zone}", fill_zone},
    {"{teams}", fill_teams},
};

#define PATH "{path:"

static json_t *of_path(const struct api *api, const char *text)
{
    size_t size = strlen(text) - strlen(PATH) - 1;
    const char *name = arena_strndup(api->arena, text + strlen(PATH), size);
    const char *value = api_path_value(api, name);
    int64_t number;
    if (value != NULL && str_to_int64(value, 0, INT64_MAX, &number)) {
        return json_integer(number);
    }
    return value != NULL ? json_string(value) : json_null();
}

static json_t *fill_text(const struct api *api, const json_t *value, int64_t id)
{
    const char *text = json_string_value(value);
    for (size_t i = 0; i < COUNT(placeholders); i++) {
        if (str_equal(placeholders[i].text, text)) {
            return placeholders[i].value(api, id);
        }
    }
    if (str_starts(text, PATH) && str_ends(text, "}")) {
        return of_path(api, text);
    }
    return json_deep_copy(value);
}

static json_t *fill_object(const struct api *api, const json_t *value, int64_t id)
{
    json_t *copy = json_object();
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        json_object_set_new(copy, name, fill(api, member, id));
    }
    return copy;
}

static json_t *fill_array(const struct api *api, const json_t *value, int64_t id)
{
    json_t *copy = json_array();
    for (size_t i = 0; i < json_array_size(value); i++) {
        json_array_append_new(copy, fill(api, json_array_get(value, i), id));
    }
    return copy;
}

json_t *fill(const struct api *api, const json_t *value, int64_t id)
{
    if (json_is_string(value)) {
        return fill_text(api, value, id);
    }
    if (json_is_object(value)) {
        return fill_object(api, value, id);
    }
    if (json_is_array(value)) {
        return fill_array(api, value, id);
    }
    return json_deep_copy(value);
}

#define OWN "{own:"

bool fill_is_composed(const json_t *value)
{
    return json_is_string(value) && strstr(json_string_value(value), OWN) != NULL;
}

static json_t *fill_piece(const struct api *api, const char *piece, const json_t *own,
                          const char *parent)
{
    if (str_starts(piece, OWN)) {
        size_t size = strlen(piece) - strlen(OWN) - 1;
        json_t *value = json_object_get(own, arena_strndup(api->arena, piece + strlen(OWN), size));
        return value != NULL ? json_deep_copy(value) : json_null();
    }
    if (str_equal(piece, "{of}")) {
        const char *slash = strrchr(parent, '/');
        return json_string(slash != NULL ? slash + 1 : parent);
    }
    json_auto_t *text = json_string(piece);
    return fill_text(api, text, 0);
}

json_t *fill_composed(const struct api *api, const json_t *value, const json_t *own,
                      const char *parent)
{
    const char *at = json_string_value(value);
    struct str_buf text;
    str_buf_init(&text, api->arena);
    while (*at != '\0') {
        size_t size = *at == '{' ? strcspn(at, "}") + 1 : strcspn(at, "{");
        const char *piece = arena_strndup(api->arena, at, size);
        json_auto_t *filled = *at == '{' ? fill_piece(api, piece, own, parent) : json_string(piece);
        if (size == json_string_length(value)) {
            return json_incref(filled);
        }
        str_buf_put(&text, json_is_string(filled) ? json_string_value(filled)
                                                  : json_text(api->arena, filled, NULL));
        at += size;
    }
    return json_string(str_buf_text(&text));
}
