#include "server/make/verbs.h"

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/fill.h"
#include "server/documents/input.h"
#include "server/documents/parts.h"
#include "server/documents/refers.h"
#include "server/documents/show.h"
#include "server/make/body.h"
#include "server/make/may.h"
#include "server/make/members.h"
#include "server/make/selection.h"
#include "server/make/trait.h"

static struct verdict confirmed(const struct api *api)
{
    return api->match->operation->needs_confirmation ? api_confirmed(api, "for good") : ALLOWED;
}

struct verdict verb_show(const struct api *api, const struct collection *collection, json_t *json,
                         struct api_answer *answer)
{
    const struct view view = {.world = api->world, .collection = collection, .query = api->query};
    json_auto_t *shown = NULL;
    TRY(show_document(&view, json, &shown));
    if (collection->one == NULL) {
        answer->json = json_incref(shown);
        return ALLOWED;
    }
    answer->json = json_object();
    json_object_set(answer->json, collection->one, shown);
    return ALLOWED;
}

struct verdict verb_read(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    return verb_show(api, api->match->operation->collection, subject->document.json, answer);
}

bool verb_is_verbatim(const struct api *api)
{
    const struct operation *operation = api->match->operation;
    return operation->verb == VERB_READ && operation->collection->one != NULL &&
           operation->collection->optional == NULL && !view_computes(operation->collection) &&
           form_count(api->query, "cols[]") == 0;
}

struct verdict verb_verbatim(const struct api *api, const struct subject *subject,
                             struct api_answer *answer)
{
    const struct document_row *row = &subject->document.row;
    struct str_buf text;
    str_buf_init(&text, api->world->arena);
    str_buf_put(&text, "{\"");
    str_buf_put(&text, api->match->operation->collection->one);
    str_buf_put(&text, "\":");
    str_buf_put_n(&text, (const char *)row->body, row->size);
    str_buf_put(&text, "}");
    answer->type = "application/json";
    answer->bytes = (const uint8_t *)str_buf_text(&text);
    answer->size = text.size;
    return ALLOWED;
}

static struct verdict refuse_twice(const struct api *api, const struct document_row *row)
{
    return input_refuse(api->world->arena, "key",
                        arena_printf(api->world->arena, "'%s' is there already", row->key),
                        "one that is new");
}

struct verdict verb_add(const struct api *api, const struct document_row *row,
                        const json_t *document, json_t *apart)
{
    struct document_row added = *row;
    int outcome = stored_add(api->world, &added, document);
    if (outcome > 0) {
        return refuse_twice(api, row);
    }
    if (outcome < 0) {
        return error_store_broken();
    }
    TRY(parts_put_all(api->world, row, apart));
    return members_join_new(api->world, row, document);
}

static struct verdict count(const struct api *api, const struct subject *subject)
{
    const struct trait *trait = trait_of(api->match->operation->collection);
    return trait->count != NULL ? trait->count(api, subject) : ALLOWED;
}

struct verdict verb_create(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    struct document_row row = {0};
    json_auto_t *members = NULL;
    json_auto_t *apart = NULL;
    json_auto_t *document = NULL;
    TRY(body_read(api, collection, &members, &apart));
    TRY(body_make(api, subject, members, &row, &document));
    const struct trait *trait = trait_of(collection);
    TRY(trait->check_new != NULL ? trait->check_new(api) : ALLOWED);
    TRY(refers_check(api->world, collection, &row, members));
    TRY(verb_show(api, collection, document, answer));
    TRY(verb_add(api, &row, document, apart));
    return count(api, subject);
}

struct verdict verb_update(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    json_auto_t *members = NULL;
    json_auto_t *apart = NULL;
    json_auto_t *json = json_deep_copy(subject->document.json);
    TRY(body_read(api, collection, &members, &apart));
    TRY(body_check_required(api, collection, members, BODY_OF_CHANGES));
    TRY(document_check(api->world, collection, members, json));
    json_object_update(json, members);
    TRY(refers_check(api->world, collection, &subject->document.row, members));
    document_touch(api->world, collection, json);
    TRY(verb_show(api, collection, json, answer));
    TRY(subject_store(api, subject, json));
    return parts_put_all(api->world, &subject->document.row, apart);
}

/* The answer that the table has for it, else the document. */
static struct verdict answer_set(const struct api *api, json_t *json, struct api_answer *answer)
{
    const struct operation *operation = api->match->operation;
    if (operation->name == NULL) {
        return verb_show(api, operation->collection, json, answer);
    }
    answer->json = fill_value(api->world, catalogue_answer(api->world->catalogue, operation->name),
                              0, api->match);
    return ALLOWED;
}

/* What a body may say about it: what the collection has another name for (the reason why one
 * declines). */
static json_t *said_of_set(const struct api *api, const json_t *members)
{
    json_t *said = json_object();
    const char *name;
    json_t *member;
    json_object_foreach((json_t *)(uintptr_t)api->match->operation->collection->rename, name,
                        member)
    {
        if (json_object_get(api->body, name) != NULL) {
            json_object_set(said, json_string_value(member),
                            json_object_get(members, json_string_value(member)));
        }
    }
    return said;
}

struct verdict verb_set(const struct api *api, const struct subject *subject,
                        struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    const struct trait *trait = trait_of(collection);
    if (!subject->has_document) {
        return selection_set(api, subject, answer);
    }
    json_auto_t *members = NULL;
    json_auto_t *apart = NULL;
    json_auto_t *json = json_deep_copy(subject->document.json);
    json_auto_t *settings = json_deep_copy(api->match->operation->settings);
    TRY(body_read(api, collection, &members, &apart));
    TRY(body_check_required(api, collection, members, BODY_OF_CHANGES));
    TRY(document_check(api->world, collection, members, json));
    TRY(trait->check_set != NULL ? trait->check_set(api, json) : ALLOWED);
    json_auto_t *said = said_of_set(api, members);
    json_object_update(json, said);
    json_object_update(json, settings);
    document_touch(api->world, collection, json);
    TRY(answer_set(api, json, answer));
    return subject_store(api, subject, json);
}

/* The members that say whose it is, as far as it has them. */
static void give_to(const struct subject *target, json_t *json)
{
    const int64_t owners[OWNER__MAX] = {
        [OWNER_ORGANIZATION] = target->organization, [OWNER_TEAM] = target->team};
    for (int owner = OWNER_ORGANIZATION; owner < OWNER__MAX; owner++) {
        if (json_object_get(json, owner_members[owner]) != NULL) {
            json_object_set_new(json, owner_members[owner], json_integer(owners[owner]));
        }
    }
    json_object_del(json, SUBJECT_TARGET);
}

/* In another team the role has to allow it there, too. */
struct verdict verb_copy(const struct api *api, const struct subject *subject,
                         struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    struct subject target = {0};
    struct document_row row = {0};
    json_auto_t *members = NULL;
    json_auto_t *apart = NULL;
    json_auto_t *document = NULL;
    json_auto_t *all = json_deep_copy(subject->document.json);
    TRY(subject_target(api, subject, &target));
    TRY(may_role(api, &target));
    if (target.organization != subject->organization) {
        TRY(may_rate(api, &target));
    }
    TRY(body_read(api, collection, &members, &apart));
    json_object_update(all, members);
    give_to(&target, all);
    TRY(body_make(api, &target, all, &row, &document));
    TRY(refers_check(api->world, collection, &row, members));
    TRY(refers_drop(api->world, collection, &row, members, document));
    TRY(verb_show(api, collection, document, answer));
    TRY(parts_copy_all(api->world, &subject->document.row, &row));
    return verb_add(api, &row, document, apart);
}

/* The key as the document has it: {"team":1}. */
static json_t *key_of(const struct collection *collection, const json_t *json)
{
    const char *member = json_string_value(json_array_get(collection->key, 0));
    json_t *key = json_object_get(json, member);
    return key != NULL ? json_incref(key) : json_null();
}

struct verdict verb_delete(const struct api *api, const struct subject *subject,
                           struct api_answer *answer)
{
    const struct collection *collection = api->match->operation->collection;
    TRY(confirmed(api));
    TRY(members_leave_gone(api->world, &subject->document.row));
    TRY(refers_forget(api->world, &subject->document.row));
    int outcome = documents_delete(api->world->tenant->db, &subject->document.row);
    if (outcome < 0) {
        return error_store_broken();
    }
    answer->json = json_object();
    json_object_set_new(answer->json, collection->one != NULL ? collection->one : "deleted",
                        key_of(collection, subject->document.json));
    return count(api, subject);
}

struct verdict verb_clear(const struct api *api, const struct subject *subject,
                          struct api_answer *answer)
{
    TRY(confirmed(api));
    TRY(selection_delete(api, subject, answer));
    return count(api, subject);
}
