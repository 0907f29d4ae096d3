#include "server/make/api.h"

#include "server/base/str.h"
#include "server/make/document.h"
#include "server/make/may.h"
#include "server/make/verbs.h"

static verb_function *const verbs[VERB__MAX] = {
    [VERB_LIST] = verb_list,       [VERB_CREATE] = verb_create,   [VERB_READ] = verb_read,
    [VERB_UPDATE] = verb_update,   [VERB_REPLACE] = verb_replace, [VERB_DELETE] = verb_delete,
    [VERB_CLEAR] = verb_clear,     [VERB_SET] = verb_set,         [VERB_COPY] = verb_copy,
    [VERB_ANSWER] = verb_answer,   [VERB_PART] = verb_part,       [VERB_RAW] = verb_raw,
    [VERB_SPECIAL] = verb_special,
};

const char *api_path_value(const struct api *api, const char *name)
{
    for (size_t i = 0; i < api->match->count; i++) {
        if (str_equal(api->match->values[i].name, name)) {
            return api->match->values[i].value;
        }
    }
    return NULL;
}

bool api_is_confirmed(const struct api *api)
{
    return str_equal(form_get(api->query, "confirmed"), "true");
}

struct verdict api_refuse_input(struct arena *arena, const char *field, const char *wrong,
                                const char *expected)
{
    return REFUSED(INVALID_INPUT, .check = arena_strdup(arena, field),
                   .detail = arena_printf(arena, "%s: %s; expected %s", field, wrong, expected),
                   .expected = arena_strdup(arena, expected), .actual = arena_strdup(arena, wrong));
}

/* What says it, as a text; NULL: nothing does. */
static const char *said(const struct api *api, const char *name, const json_t **member)
{
    *member =
        json_object_get(api->body, document_name_in_body(api->match->operation->collection, name));
    const char *text = api_path_value(api, name);
    return text != NULL ? text : form_get(api->query, name);
}

struct verdict api_number(const struct api *api, const char *name, int64_t *number)
{
    const json_t *member;
    const char *text = said(api, name, &member);
    *number = 0;
    if (text == NULL && (member == NULL || json_is_null(member))) {
        return ALLOWED;
    }
    if (text != NULL && str_to_int64(text, 1, INT32_MAX, number)) {
        return ALLOWED;
    }
    if (text == NULL && json_is_integer(member) && json_integer_value(member) > 0 &&
        json_integer_value(member) <= INT32_MAX) {
        *number = json_integer_value(member);
        return ALLOWED;
    }
    return api_refuse_input(api->arena, name,
                            text != NULL ? arena_printf(api->arena, "'%s' is no number", text)
                                         : "is no number",
                            "a number from 1 to 2147483647");
}

static void fini(struct subject *subject)
{
    subject_fini(subject);
}

/* Within one transaction, which is undone when the operation is refused. What the call is about is looked for again, as
 * it may have changed since the user's role was weighed. */
static struct verdict act(const struct api *api, struct api_answer *answer)
{
    AUTO(fini) struct subject subject = {0};
    TRY(subject_find(api, SUBJECT_JSON, &subject));
    return verbs[api->match->operation->verb](api, &subject, answer);
}

static struct verdict act_whole(const struct api *api, struct api_answer *answer)
{
    struct db *db = api->tenant->db;
    if (db_begin(db) < 0) {
        return error_store_broken();
    }
    struct verdict verdict = act(api, answer);
    if (verdict.code != ERROR_NONE) {
        db_rollback(db);
        return verdict;
    }
    return db_commit(db) == 0 ? ALLOWED : error_store_broken();
}

struct verdict api_answer(struct api *api, struct api_answer *answer)
{
    AUTO(fini) struct subject subject = {0};
    bool is_get = str_equal(api->match->operation->method, "GET");
    bool is_verbatim = verb_is_verbatim(api);
    TRY(may_scope(api));
    TRY(subject_find(api, is_get && !is_verbatim ? SUBJECT_JSON : SUBJECT_ROWS, &subject));
    TRY(may_role(api, &subject));
    TRY(may_rate(api, &subject));
    if (is_verbatim) {
        return verb_verbatim(api, &subject, answer);
    }
    if (is_get) {
        return verbs[api->match->operation->verb](api, &subject, answer);
    }
    return act_whole(api, answer);
}
