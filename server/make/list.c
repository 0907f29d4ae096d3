#include "server/make/list.h"

#include "server/documents/listing.h"
#include "server/make/may.h"

static bool is_shown(void *sight, const struct document_row *row)
{
    return may_see(sight, row);
}

static struct listing listing_of(const struct api *api, const struct subject *subject,
                                 struct sight *sight)
{
    *sight = (struct sight){.api = api};
    return (struct listing){
        .view = {.world = api->world,
                 .collection = api->match->operation->collection,
                 .query = api->query},
        .parent = subject->has_parent ? subject->parent : NULL,
        .organization = subject->organization,
        .team = subject->team,
        .match = subject->has_parent ? NULL : api->match,
        .is_shown = is_shown,
        .to = sight,
    };
}

struct verdict list_rows(const struct api *api, const struct subject *subject,
                         const struct document_row **rows, size_t *count)
{
    struct sight sight = {0};
    const struct listing listing = listing_of(api, subject, &sight);
    return listing_rows(&listing, rows, count);
}

struct verdict list_with(const struct api *api, const struct subject *subject, json_t *more,
                         struct api_answer *answer)
{
    struct sight sight = {0};
    struct listing listing = listing_of(api, subject, &sight);
    listing.more = more;
    return listing_page(&listing, &answer->text);
}

struct verdict verb_list(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    return list_with(api, subject, NULL, answer);
}
