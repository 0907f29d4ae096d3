/* Calls of Make's API that follow one another in one world, as a table. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_STEPS_H
#define MAKESHIFT_TESTS_ENDPOINTS_STEPS_H

#include "tests/unit/endpoints/paths.h"

#include <stdlib.h>

/* JSON is written with ' in the place of ". */
struct step {
    const char *call, *body; /* "PATCH /scenarios/1" (NULL: the answer is the row's before) */
    int status;              /* 0: 200 */
    const char *code, *says; /* of a refusal, as api_refused takes them */
    const char *at;          /* where in the answer `is` stands, as json_at takes it; NULL: all */
    const char *is;          /* NULL: whatever it is */
    const char *token;       /* NULL: OWNER */
};

#define BEFORE "before"   /* is: what the same call answered when the table asked it first */
#define NOTHING "nothing" /* is: there is nothing at that place */

/* `is` "$name" keeps what is there for the steps that follow: in their calls, bodies, places and
 * `is` the name then stands for it. */

/* What a new scenario needs: its name, its team and more members of it ("'folderId':1,"). */
#define SCENARIO(name, team, more)                                                                 \
    "{" more "'teamId':" #team ",'blueprint':{'name':'" name "','flow':[],'metadata':{}},"         \
    "'scheduling':{'type':'indefinitely','interval':900}}"

/* As it stands in a path: a text without its quotes. */
static inline const char *json_word(struct arena *arena, const json_t *json)
{
    char *dumped = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    const char *text = json_is_string(json) ? json_string_value(json) : dumped;
    const char *copy = arena_strdup(arena, text == NULL ? NOTHING : text);
    free(dumped);
    return copy;
}

/* Of an array the first whose member has that value ("name=Owner"). Borrowed. */
static inline json_t *json_at_one(const json_t *array, const char *word)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    const char *value = strchr(word, '=') + 1;
    const char *name = arena_strndup(arena, word, (size_t)(value - word) - 1);
    size_t index;
    json_t *each;
    json_array_foreach(array, index, each)
    {
        if (str_equal(json_word(arena, json_object_get(each, name)), value)) {
            return each;
        }
    }
    return NULL;
}

static inline json_t *json_at(json_t *json, const char *pointer);

static inline json_t *json_at_each(json_t *array, const char *pointer)
{
    json_t *found = json_array();
    size_t index;
    json_t *value;
    json_array_foreach(array, index, value)
    {
        json_t *inner = json_at(value, pointer);
        json_array_append_new(found, inner == NULL ? json_string(NOTHING) : inner);
    }
    return found;
}

/* What a JSON pointer names, where * stands for each of an array, name=x for the first that
 * has this member, and @ for the names of an object's members; NULL: nothing. The caller's. */
static inline json_t *json_at(json_t *json, const char *pointer)
{
    char word[64];
    if (*pointer == '\0') {
        return json_incref(json);
    }
    size_t size = strcspn(++pointer, "/");
    assert_true(size < sizeof(word));
    memcpy(word, pointer, size);
    word[size] = '\0';
    pointer += size;
    if (str_equal(word, "*")) {
        return json_at_each(json, pointer);
    }
    if (str_equal(word, "@")) {
        json_t *names = json_array();
        const char *name;
        json_t *value;
        json_object_foreach(json, name, value)
        {
            json_array_append_new(names, json_string(name));
        }
        return names;
    }
    json_t *inner = strchr(word, '=') != NULL ? json_at_one(json, word)
                    : json_is_array(json)     ? json_array_get(json, strtoul(word, NULL, 10))
                                              : json_object_get(json, word);
    return inner == NULL ? NULL : json_at(inner, pointer);
}

/* What the step expects, the caller's; NULL: nothing. What the table kept is in `kept`, by the
 * call that was asked before or by its name; `found` is kept when it is the first. */
static inline json_t *step_wanted(const struct step *step, json_t *kept, json_t *json,
                                  json_t *found)
{
    bool is_before = str_equal(step->is, BEFORE);
    if (is_before && json_object_get(kept, step->call) == NULL) {
        json_object_set(kept, step->call, json);
    }
    if (is_before) {
        return json_at(json_object_get(kept, step->call), step->at);
    }
    if (*step->is == '$') {
        if (json_object_get(kept, step->is + 1) == NULL) {
            json_object_set(kept, step->is + 1, found);
        }
        return json_incref(json_object_get(kept, step->is + 1));
    }
    return str_equal(step->is, NOTHING) ? NULL : json_from(step->is);
}

static inline void assert_step(struct arena *arena, const struct step *step, json_t *kept,
                               json_t *json)
{
    json_auto_t *found = json_at(json, step->at);
    json_auto_t *wanted = step_wanted(step, kept, json, found);
    bool is_nothing = str_equal(step->is, NOTHING) && found == NULL;
    if (!is_nothing && !json_equal(found, wanted)) {
        fail_msg("%s %s: expected %s at '%s'; got %s", step->call,
                 step->body == NULL ? "" : step->body, step->is, step->at, json_word(arena, found));
    }
}

/* With what was kept in the place of each $name. */
static inline const char *step_filled(struct arena *arena, const json_t *kept, const char *text)
{
    const char *filled = "";
    for (const char *at = strchr(text, '$'); at != NULL; at = strchr(text, '$')) {
        size_t size = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz");
        const json_t *value = json_object_get(kept, arena_strndup(arena, at + 1, size));
        filled = arena_printf(arena, "%s%.*s%s", filled, (int)(at - text), text,
                              json_word(arena, value));
        text = at + 1 + size;
    }
    return arena_printf(arena, "%s%s", filled, text);
}

static inline void step_run(struct api *api, const struct step *row, json_t *kept)
{
    struct step step = *row;
    step.call = row->call == NULL ? "the same" : step_filled(api->arena, kept, row->call);
    step.body = row->body == NULL ? NULL : step_filled(api->arena, kept, row->body);
    step.at = row->at == NULL ? "" : step_filled(api->arena, kept, row->at);
    step.token = row->token == NULL ? OWNER : step_filled(api->arena, kept, row->token);
    if (step.code != NULL) {
        api_refused(api, step.token, step.call, step.body, step.status, step.code, step.says);
        return;
    }
    json_t *json = row->call == NULL ? json_object_get(kept, "")
                                     : api_ok(api, step.token, step.call, step.body);
    json_object_set(kept, "", json);
    if (step.is != NULL) {
        step.is = *row->is == '$' ? row->is : step_filled(api->arena, kept, row->is);
        assert_step(api->arena, &step, kept, json);
    }
}

static inline void steps_run(struct api *api, const struct step *steps, size_t count)
{
    json_auto_t *kept = json_object();
    for (size_t i = 0; i < count; i++) {
        step_run(api, &steps[i], kept);
    }
}

/* A test whose calls are the table `steps`. */
#define RUN(state, steps) steps_run(*(state), steps, COUNT(steps))

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)

#endif
