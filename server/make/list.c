#include "server/make/list.h"

#include "server/documents/listing.h"
#include "server/make/may.h"

static bool is_shown(const void *api, const struct document_row *row)
{
    return may_see(api, row);
}

static struct listing listing_of(const struct api *api, const struct subject *subject)
{
    return (struct listing){
        .view = {api->world, api->match->operation->collection, api->query, NULL},
        .parent = subject->has_parent ? subject->parent : NULL,
        .organization = subject->organization,
        .team = subject->team,
        .match = subject->has_parent ? NULL : api->match,
        .is_shown = is_shown,
        .to = api,
    };
}

struct verdict list_rows(const struct api *api, const struct subject *subject,
                         const struct document_row **rows, size_t *count)
{
    const struct listing listing = listing_of(api, subject);
    return listing_rows(&listing, rows, count);
}

struct verdict verb_list(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    const struct listing listing = listing_of(api, subject);
    json_t *page;
    json_t *pg;
    TRY(listing_page(&listing, &page, &pg));
    answer->json = json_object();
    json_object_set_new(answer->json, listing.view.collection->many, page);
    json_object_set_new(answer->json, "pg", pg);
    return ALLOWED;
}
