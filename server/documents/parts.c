#include "server/documents/parts.h"

#include "server/base/json.h"

struct document_row parts_row(const struct world *world, const struct document_row *document,
                              const char *name)
{
    return (struct document_row){
        .collection = PARTS,
        .parent = document_path(world->arena, document),
        .key = name,
        .organization = document->organization,
        .team = document->team,
    };
}

int parts_find(const struct world *world, const struct document_row *wanted,
               struct document_row *row)
{
    return documents_get(world->tenant->db, wanted, world->arena, row);
}

struct verdict parts_put(const struct world *world, struct document_row *row)
{
    struct document_row old = {0};
    int found = parts_find(world, row, &old);
    row->id = old.id;
    int outcome = found < 0    ? DB_BROKEN
                  : found == 0 ? documents_change(world->tenant->db, row)
                               : documents_add(world->tenant->db, row);
    return outcome == 0 ? ALLOWED : error_store_broken();
}

struct verdict parts_put_json(const struct world *world, struct document_row *row,
                              const json_t *json)
{
    row->body = (const uint8_t *)json_text(world->arena, json, &row->size);
    row->type = NULL;
    return parts_put(world, row);
}

struct verdict parts_put_all(const struct world *world, const struct document_row *row,
                             json_t *parts)
{
    const char *name;
    json_t *part;
    json_object_foreach(parts, name, part)
    {
        struct document_row mine = parts_row(world, row, name);
        TRY(parts_put_json(world, &mine, part));
    }
    return ALLOWED;
}

struct verdict parts_get(const struct world *world, const struct document_row *row,
                         const char *name, json_t **part)
{
    const struct document_row wanted = parts_row(world, row, name);
    struct document_row mine = {0};
    int found = parts_find(world, &wanted, &mine);
    *part = found == 0 ? stored_json(&mine) : NULL;
    return found < 0 ? error_store_broken() : ALLOWED;
}

struct verdict parts_copy_all(const struct world *world, const struct document_row *from,
                              const struct document_row *to)
{
    return stored_copy_below(world, PARTS, from, to) == 0 ? ALLOWED : error_store_broken();
}
