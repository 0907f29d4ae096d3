#include "server/documents/pass.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/computed.h"
#include "server/documents/show.h"

static struct arena *arena_of(const struct listing *listing)
{
    return listing->view.world->arena;
}

void pass_end(struct pass *pass)
{
    search_close(&pass->search);
    readings_free(pass->view.readings);
    arena_free(pass->world.arena);
}

static const struct collection *collection_of(const struct pass *pass)
{
    return pass->listing->view.collection;
}

static bool is_value(struct arena *arena, const json_t *value, const char *text)
{
    for (size_t i = 0; i < json_array_size(value); i++) {
        if (str_equal(json_string_value(json_array_get(value, i)), text)) {
            return true;
        }
    }
    if (json_is_string(value)) {
        return str_equal(json_string_value(value), text);
    }
    return str_equal(json_text(arena, value, NULL), text);
}

/* The member that a query parameter is about: "type[]" may be named twice, and stands for what
 * bodies call type. */
static const char *member_of(const struct listing *listing, const char *name)
{
    const struct collection *collection = listing->view.collection;
    const char *bare =
        str_ends(name, "[]") ? arena_strndup(arena_of(listing), name, strlen(name) - 2) : name;
    const char *renamed = json_string_value(json_object_get(collection->rename, bare));
    bool is_member = json_object_get(collection->fresh, bare) != NULL;
    return is_member || renamed == NULL ? bare : renamed;
}

/* The filter of that member, made when there is none. */
static struct filter *filter_of(const struct listing *listing, struct filter *filters,
                                size_t *count, const char *member)
{
    for (size_t i = 0; i < *count; i++) {
        if (str_equal(filters[i].member, member)) {
            return &filters[i];
        }
    }
    size_t most = listing->view.query->count;
    struct filter *filter = &filters[(*count)++];
    *filter = (struct filter){
        .member = member,
        .fields = arena_alloc(arena_of(listing), most * sizeof(size_t)),
        .is_searched = search_has(listing->view.collection, member),
    };
    return filter;
}

static void read_filters(struct pass *pass)
{
    const struct listing *listing = pass->listing;
    const struct form *query = listing->view.query;
    struct filter *filters = arena_alloc(arena_of(listing), (query->count + 1) * sizeof(*filters));
    for (size_t i = 0; i < query->count; i++) {
        const char *member = member_of(listing, query->fields[i].name);
        if (json_object_get(listing->view.collection->fresh, member) != NULL) {
            struct filter *filter = filter_of(listing, filters, &pass->filter_count, member);
            ((size_t *)(uintptr_t)filter->fields)[filter->count++] = i;
        }
    }
    pass->filters = filters;
}

static struct verdict fits_filter(const struct pass *pass, const struct filter *filter,
                                  const json_t *json, bool *fits)
{
    const struct form *query = pass->listing->view.query;
    const json_t *value = json_object_get(json, filter->member);
    *fits = false;
    for (size_t i = 0; i < filter->count && !*fits; i++) {
        if (filter->is_searched) {
            TRY(search_fits(&pass->search, filter->fields[i], value, fits));
        } else {
            *fits = is_value(pass->world.arena, value, query->fields[filter->fields[i]].value);
        }
    }
    return ALLOWED;
}

static bool is_filtered_by_path(const struct pass *pass, const struct path_value *value)
{
    return json_object_get(collection_of(pass)->fresh, value->name) != NULL;
}

static bool fits_path(const struct pass *pass, const json_t *json)
{
    const struct match *match = pass->listing->match;
    for (size_t i = 0; match != NULL && i < match->count; i++) {
        const struct path_value *value = &match->values[i];
        if (is_filtered_by_path(pass, value) &&
            !is_value(pass->world.arena, json_object_get(json, value->name), value->value)) {
            return false;
        }
    }
    return true;
}

static struct verdict fits(const struct pass *pass, const json_t *json, bool *fits)
{
    *fits = fits_path(pass, json) && show_is_listed(&pass->listing->view, json);
    for (size_t i = 0; i < pass->filter_count && *fits; i++) {
        TRY(fits_filter(pass, &pass->filters[i], json, fits));
    }
    return ALLOWED;
}

static bool is_computed(const struct pass *pass, const char *member)
{
    return member != NULL && computed_has(collection_of(pass), member);
}

/* What nobody looks into is not read. */
static void weigh(struct pass *pass)
{
    const struct show_row *way = show_of(collection_of(pass));
    const struct match *match = pass->listing->match;
    pass->needs_json =
        pass->filter_count > 0 || pass->paging.sort_by != NULL || way->is_listed != NULL;
    pass->needs_computed = is_computed(pass, pass->paging.sort_by) || way->is_listed_by_computed;
    for (size_t i = 0; i < pass->filter_count; i++) {
        pass->needs_computed = pass->needs_computed || is_computed(pass, pass->filters[i].member);
    }
    for (size_t i = 0; match != NULL && i < match->count; i++) {
        pass->needs_json = pass->needs_json || is_filtered_by_path(pass, &match->values[i]);
        pass->needs_computed = pass->needs_computed || is_computed(pass, match->values[i].name);
    }
}

struct verdict pass_begin(const struct listing *listing, const struct paging *paging,
                          struct pass *pass)
{
    pass->listing = listing;
    pass->paging = *paging;
    pass->world = *listing->view.world;
    pass->world.arena = arena_new();
    pass->view = listing->view;
    pass->view.world = &pass->world;
    pass->view.readings = readings_new(listing->view.world);
    json_auto_t *nothing = json_object();
    json_auto_t *columns = NULL;
    TRY(show_document(&listing->view, nothing, &columns)); /* which are none? */
    TRY(search_open(arena_of(listing), listing->view.collection, listing->view.query,
                    &pass->search));
    read_filters(pass);
    weigh(pass);
    return ALLOWED;
}

static struct verdict look_into(const struct pass *pass, json_t *stored, bool *is_listed,
                                json_t **json)
{
    json_auto_t *whole = NULL;
    if (pass->needs_computed) {
        TRY(view_complete(&pass->view, stored, &whole));
    } else {
        whole = json_incref(stored);
    }
    TRY(fits(pass, whole, is_listed));
    *json = *is_listed ? json_incref(whole) : NULL;
    return ALLOWED;
}

/* What a refusal says outlives the arena of one document. */
static struct verdict kept(struct arena *arena, struct verdict verdict)
{
    verdict.detail = arena_strdup(arena, verdict.detail);
    verdict.expected = arena_strdup(arena, verdict.expected);
    verdict.actual = arena_strdup(arena, verdict.actual);
    return verdict;
}

struct verdict pass_look(const struct pass *pass, const struct document_row *row, bool *is_listed,
                         json_t **json)
{
    *json = NULL;
    *is_listed = pass->listing->is_shown(pass->listing->to, row);
    if (!*is_listed || !pass->needs_json) {
        return ALLOWED;
    }
    json_auto_t *stored = stored_json(row);
    struct verdict verdict =
        kept(arena_of(pass->listing), look_into(pass, stored, is_listed, json));
    arena_reset(pass->world.arena);
    return verdict;
}

struct verdict pass_show(const struct pass *pass, const struct document_row *row, json_t *looked_at,
                         json_t **shown)
{
    json_auto_t *json = looked_at != NULL ? json_incref(looked_at) : stored_json(row);
    struct view view = pass->view;
    view.is_complete = looked_at != NULL && pass->needs_computed;
    struct verdict verdict = show_document(&view, json, shown);
    verdict = kept(arena_of(pass->listing), verdict);
    arena_reset(pass->world.arena);
    return verdict;
}
