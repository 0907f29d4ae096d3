#include "server/tenant/sign_ins.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/store/told.h"
#include "server/tenant/ledger.h"
#include "server/tenant/match.h"

struct sign_ins {
    struct ledger ledger;
    pthread_mutex_t lock;
    json_t *list; /* in the order of their ids */
    int64_t last; /* id */
    size_t used;  /* of the list, used up */
    atomic_size_t to_come;
};

struct sign_ins *sign_ins_new(const struct tenant *tenant)
{
    struct sign_ins *sign_ins = memory_new(sizeof(*sign_ins));
    sign_ins->ledger = (struct ledger){.tenant = tenant, .kind = TOLD_SIGN_IN};
    pthread_mutex_init(&sign_ins->lock, NULL);
    sign_ins->list = json_array();
    atomic_init(&sign_ins->to_come, 0);
    return sign_ins;
}

void sign_ins_free(struct sign_ins *sign_ins)
{
    if (sign_ins == NULL) {
        return;
    }
    json_decref(sign_ins->list);
    pthread_mutex_destroy(&sign_ins->lock);
    free(sign_ins);
}

static int64_t number_of(const json_t *one, const char *member)
{
    return json_integer_value(json_object_get(one, member));
}

static bool is_used_up(const json_t *one)
{
    return number_of(one, "met") >= number_of(one, "times");
}

static void count_anew(struct sign_ins *sign_ins)
{
    size_t count = json_array_size(sign_ins->list);
    sign_ins->used = 0;
    for (size_t i = 0; i < count; i++) {
        sign_ins->used += is_used_up(json_array_get(sign_ins->list, i)) ? 1 : 0;
    }
    atomic_store(&sign_ins->to_come, count - sign_ins->used);
}

static json_t *new_one(const json_t *given, int64_t id)
{
    json_t *one = json_object();
    json_auto_t *copy = json_deep_copy(given);
    json_object_set_new(one, "id", json_integer(id));
    json_object_update(one, copy);
    if (json_object_get(one, "times") == NULL) {
        json_object_set_new(one, "times", json_integer(1));
    }
    json_object_set_new(one, "met", json_integer(0));
    return one;
}

static int add(struct sign_ins *sign_ins, const json_t *given, json_t **shown)
{
    if (atomic_load(&sign_ins->to_come) >= SIGN_INS_MAX) {
        return 1;
    }
    json_t *one = new_one(given, sign_ins->last + 1);
    if (ledger_put(&sign_ins->ledger, sign_ins->last + 1, one) != 0) {
        json_decref(one);
        return DB_BROKEN;
    }
    sign_ins->last++;
    *shown = json_deep_copy(one);
    json_array_append_new(sign_ins->list, one);
    atomic_fetch_add(&sign_ins->to_come, 1);
    return 0;
}

int sign_ins_add(struct sign_ins *sign_ins, const json_t *given, json_t **shown)
{
    *shown = NULL;
    pthread_mutex_lock(&sign_ins->lock);
    int outcome = add(sign_ins, given, shown);
    pthread_mutex_unlock(&sign_ins->lock);
    return outcome;
}

json_t *sign_ins_list(struct sign_ins *sign_ins)
{
    pthread_mutex_lock(&sign_ins->lock);
    json_t *copy = json_deep_copy(sign_ins->list);
    pthread_mutex_unlock(&sign_ins->lock);
    return copy;
}

/* Its place in the list; past the end: there is none. */
static size_t place_of(const struct sign_ins *sign_ins, int64_t id)
{
    size_t i = 0;
    while (i < json_array_size(sign_ins->list) &&
           number_of(json_array_get(sign_ins->list, i), "id") != id) {
        i++;
    }
    return i;
}

json_t *sign_ins_get(struct sign_ins *sign_ins, int64_t id)
{
    pthread_mutex_lock(&sign_ins->lock);
    json_t *copy = json_deep_copy(json_array_get(sign_ins->list, place_of(sign_ins, id)));
    pthread_mutex_unlock(&sign_ins->lock);
    return copy;
}

static int remove_at(struct sign_ins *sign_ins, size_t place)
{
    const json_t *one = json_array_get(sign_ins->list, place);
    if (one == NULL) {
        return 1;
    }
    if (ledger_delete(&sign_ins->ledger, number_of(one, "id")) != 0) {
        return DB_BROKEN;
    }
    json_array_remove(sign_ins->list, place);
    count_anew(sign_ins);
    return 0;
}

int sign_ins_remove(struct sign_ins *sign_ins, int64_t id)
{
    pthread_mutex_lock(&sign_ins->lock);
    int outcome = remove_at(sign_ins, place_of(sign_ins, id));
    pthread_mutex_unlock(&sign_ins->lock);
    return outcome;
}

int sign_ins_clear(struct sign_ins *sign_ins)
{
    pthread_mutex_lock(&sign_ins->lock);
    int outcome = ledger_clear(&sign_ins->ledger);
    if (outcome == 0) {
        json_array_clear(sign_ins->list);
        count_anew(sign_ins);
    }
    pthread_mutex_unlock(&sign_ins->lock);
    return outcome;
}

int sign_ins_take_up(struct sign_ins *sign_ins)
{
    json_auto_t *list = ledger_list(&sign_ins->ledger);
    if (list == NULL) {
        return DB_BROKEN;
    }
    sign_ins_restore(sign_ins, list);
    return 0;
}

void sign_ins_restore(struct sign_ins *sign_ins, const json_t *list)
{
    pthread_mutex_lock(&sign_ins->lock);
    json_decref(sign_ins->list);
    sign_ins->list = list != NULL ? json_deep_copy(list) : json_array();
    for (size_t i = 0; i < json_array_size(sign_ins->list); i++) {
        int64_t id = number_of(json_array_get(sign_ins->list, i), "id");
        sign_ins->last = id > sign_ins->last ? id : sign_ins->last;
    }
    count_anew(sign_ins);
    pthread_mutex_unlock(&sign_ins->lock);
}

bool sign_ins_are_to_come(const struct sign_ins *sign_ins)
{
    return atomic_load_explicit(&sign_ins->to_come, memory_order_relaxed) > 0;
}

static bool fits(const json_t *one, const char *client_id, const json_t *subject)
{
    const json_t *client = json_object_get(one, "client_id");
    if (is_used_up(one) || (client != NULL && !str_equal(json_string_value(client), client_id))) {
        return false;
    }
    return match_fits(json_object_get(one, "match"), subject);
}

static void drop_oldest_used(struct sign_ins *sign_ins)
{
    size_t i = 0;
    while (!is_used_up(json_array_get(sign_ins->list, i))) {
        i++;
    }
    (void)(ledger_delete(&sign_ins->ledger, number_of(json_array_get(sign_ins->list, i), "id")) ==
           0); /* logged */
    json_array_remove(sign_ins->list, i);
    sign_ins->used--;
}

static json_t *meet(struct sign_ins *sign_ins, json_t *one)
{
    json_object_set_new(one, "met", json_integer(number_of(one, "met") + 1));
    ledger_change(&sign_ins->ledger, number_of(one, "id"), one);
    json_t *copy = json_deep_copy(one);
    if (!is_used_up(one)) {
        return copy;
    }
    atomic_fetch_sub(&sign_ins->to_come, 1);
    sign_ins->used++;
    if (sign_ins->used > SIGN_INS_USED_MAX) {
        drop_oldest_used(sign_ins);
    }
    return copy;
}

json_t *sign_ins_meet(struct sign_ins *sign_ins, const char *client_id, const json_t *subject)
{
    json_t *met = NULL;
    pthread_mutex_lock(&sign_ins->lock);
    for (size_t i = 0; met == NULL && i < json_array_size(sign_ins->list); i++) {
        json_t *one = json_array_get(sign_ins->list, i);
        met = fits(one, client_id, subject) ? meet(sign_ins, one) : NULL;
    }
    pthread_mutex_unlock(&sign_ins->lock);
    return met;
}
