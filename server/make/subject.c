#include "server/make/subject.h"

#include <string.h>

#include "server/base/str.h"
#include "server/documents/input.h"

#define RECORDS "data-store-records" /* their bodies are the client's own */

void subject_fini(struct subject *subject)
{
    document_fini(&subject->document);
    document_fini(&subject->parent_document);
}

/* The values of these parameters with slashes between them; NULL unless the path has them all. */
static const char *joined_values(const struct api *api, const json_t *names)
{
    const char *joined = NULL;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const char *value = match_value(api->match, json_string_value(json_array_get(names, i)));
        if (value == NULL) {
            return NULL;
        }
        joined = joined == NULL ? value : arena_printf(api->world->arena, "%s/%s", joined, value);
    }
    return joined;
}

struct verdict subject_key(const struct api *api, const struct collection *collection,
                           const json_t *parameters, const char **key)
{
    *key = NULL;
    for (size_t i = 0; i < json_array_size(parameters) && *key == NULL; i++) {
        *key = joined_values(api, json_array_get(parameters, i));
    }
    int64_t number;
    if (*key == NULL || collection->key_kind != KEY_INTEGER ||
        str_to_int64(*key, 1, INT32_MAX, &number)) {
        return ALLOWED;
    }
    return input_refuse(api->world->arena, collection->one,
                        arena_printf(api->world->arena, "'%s' in the path is no number", *key),
                        "a number from 1 to 2147483647");
}

static void take_owners(struct subject *subject, const struct document_row *row)
{
    subject->organization = row->organization;
    subject->team = row->team;
}

static struct verdict (*const gets[])(const struct world *world,
                                      const struct collection *collection, const char *parent,
                                      const char *key, struct document *document) = {
    [SUBJECT_ROWS] = document_find,
    [SUBJECT_JSON] = document_load,
};

/* What the path's document is part of, when the path names that. */
static struct verdict find_parent(const struct api *api, const struct collection *collection,
                                  enum subject_depth depth, struct subject *subject)
{
    const char *key;
    if (collection->of == NULL) {
        return ALLOWED;
    }
    TRY(subject_key(api, collection->of, collection->of_parameters, &key));
    if (key == NULL) {
        return ALLOWED;
    }
    TRY(gets[depth](api->world, collection->of, "", key, &subject->parent_document));
    subject->has_parent = true;
    subject->parent = document_path(api->world->arena, &subject->parent_document.row);
    take_owners(subject, &subject->parent_document.row);
    return ALLOWED;
}

static struct verdict find_document(const struct api *api, enum subject_depth depth,
                                    struct subject *subject)
{
    const struct collection *collection = api->match->operation->collection;
    const char *key;
    if (collection == NULL) {
        return ALLOWED;
    }
    TRY(find_parent(api, collection, depth, subject));
    TRY(subject_key(api, collection, collection->parameters, &key));
    if (key == NULL) {
        return ALLOWED;
    }
    bool is_anywhere = collection->of != NULL && !subject->has_parent;
    struct verdict found = gets[depth](api->world, collection, is_anywhere ? NULL : subject->parent,
                                       key, &subject->document);
    TRY(found);
    subject->has_document = true;
    take_owners(subject, &subject->document.row);
    return ALLOWED;
}

static struct verdict find_place(const struct api *api, const char *name, int64_t number,
                                 struct document *document)
{
    return document_find(api->world, catalogue_collection(api->world->catalogue, name), "",
                         arena_printf(api->world->arena, "%lld", (long long)number), document);
}

/* Whether the body may say whose the document is. Some bodies are the client's own, whatever their
 * members are called: what goes inside a document or beside it. A copy goes where its body says
 * (subject_target). */
static enum api_places places_of(const struct api *api)
{
    const struct operation *operation = api->match->operation;
    bool is_about = false;
    switch (operation->verb) {
    case VERB_CREATE:
    case VERB_UPDATE:
    case VERB_SET:
    case VERB_CLEAR:
        is_about = !str_equal(operation->collection->name, RECORDS);
        break;
    case VERB_ANSWER:
    case VERB_PART:
    case VERB_RAW:
    case VERB_SPECIAL:
        is_about = api->match->count == 0;
        break;
    case VERB_LIST:
    case VERB_READ:
    case VERB_DELETE:
    case VERB_COPY:
    case VERB__MAX:
        break;
    }
    return is_about ? API_ALL_PLACES : API_WITHOUT_BODY;
}

/* A team or an organization that the call names by its number. */
static struct verdict find_named(const struct api *api, const char *member, const char *name,
                                 struct document *document, int64_t *number)
{
    TRY(api_one_number(api, member, places_of(api), number));
    return *number != 0 ? find_place(api, name, *number, document) : ALLOWED;
}

struct verdict subject_refuse_hidden(const struct api *api, const struct subject *subject)
{
    const struct document_row *row =
        subject->has_parent ? &subject->parent_document.row : &subject->document.row;
    struct verdict verdict = document_refuse_missing(
        api->world, catalogue_collection(api->world->catalogue, row->collection), row->key);
    verdict.check = "role";
    verdict.expected = "a role in the team or organization that it belongs to";
    verdict.actual = arena_printf(api->world->arena, "none of user '%s'", api->caller->user.sub);
    return verdict;
}

/* Nothing but a team or an organization is concerned, which whoever asks may name: it is said that
 * there is no role there, and nothing of which organization the team belongs to. */
static struct verdict refuse_stranger(const struct api *api, const struct subject *subject)
{
    bool is_team = subject->team != 0;
    return REFUSED(PERMISSION_DENIED, .check = "role",
                   .detail =
                       arena_printf(api->world->arena, "user '%s' has no role there, in %s %lld",
                                    api->caller->user.sub, is_team ? "team" : "organization",
                                    (long long)(is_team ? subject->team : subject->organization)),
                   .expected = "a role in the team or organization", .actual = "no role");
}

/* Whose it is, is told to those alone who may know that it is there. */
static struct verdict refuse_elsewhere(const struct api *api, const struct subject *subject,
                                       const char *member, int64_t named)
{
    if (!caller_belongs(api->caller, subject->organization, subject->team)) {
        return subject->has_document || subject->has_parent ? subject_refuse_hidden(api, subject)
                                                            : refuse_stranger(api, subject);
    }
    return REFUSED(NOT_FOUND, .check = member,
                   .detail = arena_printf(api->world->arena, "it does not belong to %s %lld",
                                          member, (long long)named),
                   .expected = "the team or organization that it belongs to",
                   .actual = arena_printf(api->world->arena, "%lld", (long long)named));
}

struct verdict subject_agrees(const struct api *api, const struct subject *named,
                              const struct subject *subject)
{
    if (named->team != 0 && named->team != subject->team) {
        return refuse_elsewhere(api, subject, owner_members[OWNER_TEAM], named->team);
    }
    if (named->organization != 0 && named->organization != subject->organization) {
        return refuse_elsewhere(api, subject, owner_members[OWNER_ORGANIZATION],
                                named->organization);
    }
    return ALLOWED;
}

/* A team that is named is the document's, or one of the organization's that the document belongs
 * to. */
static struct verdict take_team(const struct api *api, struct subject *subject)
{
    AUTO(document_fini) struct document document = {0};
    int64_t team;
    TRY(find_named(api, owner_members[OWNER_TEAM], "teams", &document, &team));
    if (team == 0) {
        return ALLOWED;
    }
    bool is_there =
        subject->organization == 0 || subject->organization == document.row.organization;
    if (!is_there || (subject->team != 0 && subject->team != team)) {
        return refuse_elsewhere(api, subject, owner_members[OWNER_TEAM], team);
    }
    subject->team = team;
    subject->organization = document.row.organization;
    return ALLOWED;
}

static struct verdict take_organization(const struct api *api, struct subject *subject)
{
    AUTO(document_fini) struct document document = {0};
    int64_t organization;
    TRY(find_named(api, owner_members[OWNER_ORGANIZATION], "organizations", &document,
                   &organization));
    if (organization != 0 && subject->organization != 0 && subject->organization != organization) {
        return refuse_elsewhere(api, subject, owner_members[OWNER_ORGANIZATION], organization);
    }
    if (organization != 0) {
        subject->organization = organization;
    }
    return ALLOWED;
}

struct verdict subject_find(const struct api *api, enum subject_depth depth,
                            struct subject *subject)
{
    subject->parent = "";
    TRY(find_document(api, depth, subject));
    TRY(take_team(api, subject));
    return take_organization(api, subject);
}

/* The body's word for it: the SDK's for a data structure, else the document's own. */
static const char *target_member(const struct api *api)
{
    return json_object_get(api->body, SUBJECT_TARGET) != NULL ? SUBJECT_TARGET
                                                              : owner_members[OWNER_TEAM];
}

struct verdict subject_target(const struct api *api, const struct subject *source,
                              struct subject *target)
{
    AUTO(document_fini) struct document document = {0};
    const char *member = target_member(api);
    const json_t *said = json_object_get(api->body, member);
    *target =
        (struct subject){.organization = source->organization, .team = source->team, .parent = ""};
    if (said == NULL || json_is_null(said)) {
        return ALLOWED;
    }
    int64_t team;
    TRY(api_body_number(api, member, &team));
    TRY(find_place(api, "teams", team, &document));
    target->team = team;
    target->organization = document.row.organization;
    return ALLOWED;
}

struct verdict subject_store(const struct api *api, const struct subject *subject, json_t *json)
{
    struct document_row row = subject->document.row;
    return stored_change(api->world, &row, json) == 0 ? ALLOWED : error_store_broken();
}
