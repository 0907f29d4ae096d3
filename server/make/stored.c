#include "server/make/stored.h"

#include "server/base/json.h"

json_t *stored_json(const struct document_row *row)
{
    return json_loadb((const char *)row->body, row->size, 0, NULL);
}

static void set_body(const struct api *api, struct document_row *row, const json_t *json)
{
    row->body = (const uint8_t *)json_text(api->arena, json, &row->size);
    row->type = NULL;
    row->api_limit =
        json_integer_value(json_object_get(json_object_get(json, "license"), "apiLimit"));
}

int stored_add(const struct api *api, struct document_row *row, const json_t *json)
{
    set_body(api, row, json);
    return documents_add(api->tenant->db, row);
}

int stored_change(const struct api *api, struct document_row *row, const json_t *json)
{
    set_body(api, row, json);
    return documents_change(api->tenant->db, row);
}

int stored_copy_below(const struct api *api, const char *collection,
                      const struct document_row *from, const struct document_row *to)
{
    const struct documents_filter filter = {.collection = collection,
                                            .parent = document_path(api->arena, from)};
    const struct document_row *rows;
    size_t count;
    if (documents_list(api->tenant->db, &filter, api->arena, &rows, &count) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        struct document_row row = rows[i];
        row.parent = document_path(api->arena, to);
        row.organization = to->organization;
        row.team = to->team;
        if (documents_add(api->tenant->db, &row) != 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}
