#include "server/tenant/fault_whole.h"

#include "server/tenant/fault_catalogue.h"

static void put_default(json_t *given, const char *name, json_t *value)
{
    json_object_set_new(given, name, value);
}

/* Members that nobody has said. */
static void complete(json_t *given)
{
    static const struct {
        const char *name;
        int value;
    } numbers[] = {{"skip", 0}, {"every", 1}, {"probability", 1}};
    if (json_object_get(given, "match") == NULL) {
        put_default(given, "match", json_object());
    }
    for (size_t i = 0; i < COUNT(numbers); i++) {
        if (json_object_get(given, numbers[i].name) == NULL) {
            put_default(given, numbers[i].name, json_integer(numbers[i].value));
        }
    }
}

/* What the catalogue says of a fault, and over it what is given. A new reference, which shares
 * nothing with `given`; NULL: the catalogue has none of that name. */
static json_t *resolve(const json_t *given, struct fault_refusal *refusal)
{
    json_t *own = json_deep_copy(given);
    const char *name = json_string_value(json_object_get(own, "fault"));
    if (name == NULL) {
        return own;
    }
    json_t *named = fault_catalogue_get(name, refusal->nearest);
    if (named != NULL) {
        static const char *const joined[] = {"match", "do"};
        for (size_t i = 0; i < COUNT(joined); i++) {
            json_t *base = json_object_get(named, joined[i]);
            json_t *more = json_object_get(own, joined[i]);
            if (base != NULL && more != NULL) {
                json_object_update(base, more);
                json_object_del(own, joined[i]);
            }
        }
        json_object_update(named, own);
    }
    json_decref(own);
    return named;
}

json_t *fault_whole(const json_t *given, enum fault_stage *stage, struct fault_refusal *refusal)
{
    *refusal = (struct fault_refusal){.pointer = "/fault", .expected = FAULT_NAME_EXPECTED};
    json_t *whole = resolve(given, refusal);
    if (whole == NULL || fault_judge(whole, stage, refusal) != 0) {
        json_decref(whole);
        return NULL;
    }
    complete(whole);
    return whole;
}
