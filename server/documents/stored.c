#include "server/documents/stored.h"

#include "server/base/json.h"

json_t *stored_json(const struct document_row *row)
{
    return json_loadb((const char *)row->body, row->size, 0, NULL);
}

static void set_body(const struct world *world, struct document_row *row, const json_t *json)
{
    row->body = (const uint8_t *)json_text(world->arena, json, &row->size);
    row->type = NULL;
    row->api_limit =
        json_integer_value(json_object_get(json_object_get(json, "license"), "apiLimit"));
}

int stored_add(const struct world *world, struct document_row *row, const json_t *json)
{
    set_body(world, row, json);
    return documents_add(world->tenant->db, row);
}

int stored_change(const struct world *world, struct document_row *row, const json_t *json)
{
    set_body(world, row, json);
    return documents_change(world->tenant->db, row);
}

int stored_copy_below(const struct world *world, const char *collection,
                      const struct document_row *from, const struct document_row *to)
{
    const struct documents_filter filter = {.collection = collection,
                                            .parent = document_path(world->arena, from)};
    const struct document_row *rows;
    size_t count;
    if (documents_list(world->tenant->db, &filter, world->arena, &rows, &count) != 0) {
        return DB_BROKEN;
    }
    for (size_t i = 0; i < count; i++) {
        struct document_row row = rows[i];
        row.parent = document_path(world->arena, to);
        row.organization = to->organization;
        row.team = to->team;
        if (documents_add(world->tenant->db, &row) != 0) {
            return DB_BROKEN;
        }
    }
    return 0;
}
