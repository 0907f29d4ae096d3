/* Calls of Make's API that follow one another in one world, as a table. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_STEPS_H
#define MAKESHIFT_TESTS_ENDPOINTS_STEPS_H

#include "tests/unit/endpoints/paths.h"

#include <stdlib.h>

/* JSON is written with ' in the place of ". */
struct step {
    const char *call, *body; /* "PATCH /scenarios/1"; NULL: no body */
    int status;              /* 0: 200 */
    const char *code, *says; /* of a refusal, as api_refused takes them */
    const char *at;          /* where in the answer `is` stands, as json_at takes it; NULL: all */
    const char *is;          /* NULL: whatever it is */
    const char *token;       /* NULL: OWNER */
};

#define BEFORE "before" /* is: what the same call answered when the table asked it first */

/* What a new scenario needs: its name, its team and more members of it ("'folderId':1,"). */
#define SCENARIO(name, team, more)                                                                 \
    "{" more "'teamId':" #team ",'blueprint':{'name':'" name "','flow':[],'metadata':{}},"         \
    "'scheduling':{'type':'indefinitely','interval':900}}"

static inline json_t *json_at(json_t *json, const char *pointer);

static inline json_t *json_at_each(json_t *array, const char *pointer)
{
    json_t *found = json_array();
    size_t index;
    json_t *value;
    json_array_foreach(array, index, value)
    {
        json_array_append_new(found, json_at(value, pointer));
    }
    return found;
}

/* What a JSON pointer names, where * stands for each of an array, and @ for the names of an
 * object's members; NULL: nothing. The caller's. */
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
    json_t *inner = json_is_array(json) ? json_array_get(json, strtoul(word, NULL, 10))
                                        : json_object_get(json, word);
    return inner == NULL ? NULL : json_at(inner, pointer);
}

static inline void assert_step(const struct step *step, json_t *seen, json_t *json)
{
    const char *at = step->at == NULL ? "" : step->at;
    bool is_before = str_equal(step->is, BEFORE);
    if (is_before && json_object_get(seen, step->call) == NULL) {
        json_object_set(seen, step->call, json);
    }
    json_auto_t *found = json_at(json, at);
    json_auto_t *wanted =
        is_before ? json_at(json_object_get(seen, step->call), at) : json_from(step->is);
    if (found == NULL || !json_equal(found, wanted)) {
        char *shown = json_dumps(found, JSON_ENCODE_ANY | JSON_COMPACT);
        fail_msg("%s %s: expected %s at '%s'; got %s", step->call,
                 step->body == NULL ? "" : step->body, step->is, at,
                 shown == NULL ? "nothing" : shown);
    }
}

static inline void steps_run(struct api *api, const struct step *steps, size_t count)
{
    json_auto_t *seen = json_object();
    for (size_t i = 0; i < count; i++) {
        const struct step *step = &steps[i];
        const char *token = step->token == NULL ? OWNER : step->token;
        if (step->code != NULL) {
            api_refused(api, token, step->call, step->body, step->status, step->code, step->says);
            continue;
        }
        json_t *json = api_ok(api, token, step->call, step->body);
        if (step->is != NULL) {
            assert_step(step, seen, json);
        }
    }
}

/* A test whose calls are the table `steps`. */
#define RUN(state, steps) steps_run(*(state), steps, COUNT(steps))

#define TEST(name) cmocka_unit_test_setup_teardown(name, api_begin, api_end)

#endif
