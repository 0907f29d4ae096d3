#include "server/make/rule.h"

#include "server/base/attr.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/make/body.h"
#include "server/make/list.h"
#include "server/make/may.h"
#include "server/make/part.h"
#include "server/make/special.h"
#include "server/make/trait.h"
#include "server/make/verbs.h"

static verb_function *const verbs[VERB__MAX] = {
    [VERB_LIST] = verb_list,     [VERB_CREATE] = verb_create, [VERB_READ] = verb_read,
    [VERB_UPDATE] = verb_update, [VERB_DELETE] = verb_delete, [VERB_CLEAR] = verb_clear,
    [VERB_SET] = verb_set,       [VERB_COPY] = verb_copy,     [VERB_ANSWER] = verb_answer,
    [VERB_PART] = verb_part,     [VERB_RAW] = verb_raw,       [VERB_SPECIAL] = verb_special,
};

/* Within one transaction, which is undone when the operation is refused. Who calls and what the
 * call is about are looked for again, and the role is weighed again: all of it may have changed
 * while the call came in. */
static struct verdict act(const struct api *api, struct api_answer *answer)
{
    AUTO(subject_fini) struct subject subject = {0};
    struct caller caller = {0};
    struct world world = *api->world;
    struct api now = *api;
    TRY(caller_again(world.tenant, world.arena, api->caller, &caller));
    world.who = &caller.user;
    now.world = &world;
    now.caller = &caller;
    TRY(subject_find(&now, SUBJECT_JSON, &subject));
    TRY(may_role(&now, &subject));
    return verbs[now.match->operation->verb](&now, &subject, answer);
}

static struct verdict act_whole(const struct api *api, struct api_answer *answer)
{
    struct db *db = api->world->tenant->db;
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

struct verdict rule_admit(const struct api *api)
{
    return may_scope(api);
}

/* What decides is said once; a filter may have several values. */
static struct verdict check_query(struct arena *arena, const struct form *query)
{
    static const char *const once[] = {"teamId",    "organizationId", "userId",     "confirmed",
                                       "pg[limit]", "pg[offset]",     "pg[sortBy]", "pg[sortDir]"};
    for (size_t i = 0; i < COUNT(once); i++) {
        if (form_count(query, once[i]) > 1) {
            return input_refuse(arena, once[i], "is there more than once", "it once");
        }
    }
    return ALLOWED;
}

static struct verdict climb(const struct api *api, struct api_answer *answer)
{
    AUTO(subject_fini) struct subject subject = {0};
    bool is_get = str_equal(api->match->operation->method, "GET");
    bool is_verbatim = verb_is_verbatim(api);
    TRY(check_query(api->world->arena, api->query));
    TRY(body_check_depth(api->world->arena, "the body", api->body));
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

/* Of some collections Make calls it a wrong input to name one that is not there, or not to be
 * seen. */
static struct verdict in_makes_words(const struct api *api, struct verdict verdict)
{
    const struct collection *collection = api->match->operation->collection;
    bool is_named = collection != NULL && api->match->count > 0;
    if (verdict.code == ERROR_NOT_FOUND && is_named && trait_of(collection)->is_missing_input) {
        verdict.code = ERROR_INVALID_INPUT;
    }
    return verdict;
}

struct verdict rule_answer(const struct api *api, struct api_answer *answer)
{
    return in_makes_words(api, climb(api, answer));
}
