/* Faults: what is to go wrong in a tenant. */
#include "server/tenant/faults.h"

#include "server/endpoints/control/resources.h"
#include "server/tenant/fault_catalogue.h"

#define FAULT "fault"

static struct verdict refuse(const struct door *door, const struct fault_refusal *refusal)
{
    struct arena *arena = door->call->arena;
    struct verdict verdict = door_refuse(door, refusal->pointer, refusal->expected, NULL);
    if (refusal->nearest[0] != '\0') {
        verdict.nearest = arena_strdup(arena, refusal->nearest);
    }
    return verdict;
}

struct verdict faults_post(struct door *door)
{
    struct fault_refusal refusal = {0};
    json_t *made = NULL;
    int outcome = faults_add(door->call->realm->faults, door->body, &refusal, &made);
    if (outcome == FAULTS_REFUSED) {
        return refuse(door, &refusal);
    }
    if (outcome < 0) {
        return error_store_broken();
    }
    if (outcome == FAULTS_FULL) {
        return REFUSED(TOO_MANY, .check = FAULT,
                       .detail = "as many faults wait as there may be; delete some",
                       .expected = "at most 10000 that are not used up");
    }
    return door_answer(door, 201, made);
}

struct verdict faults_get_all(struct door *door)
{
    return door_list(door, faults_list(door->call->realm->faults));
}

struct verdict faults_delete_all(struct door *door)
{
    return faults_empty(door->call->realm->faults) == FAULTS_DONE ? door_done(door)
                                                                  : error_store_broken();
}

struct verdict faults_catalogue_get(struct door *door)
{
    return door_answer(
        door, 200,
        json_pack("{s:o, s:o}", "items", fault_catalogue(), "tokens", fault_catalogue_tokens()));
}

struct verdict fault_get(struct door *door)
{
    int64_t id;
    json_t *fault = NULL;
    TRY(door_number(door, 0, FAULT, &id));
    return faults_get(door->call->realm->faults, id, &fault) == FAULTS_DONE
               ? door_answer(door, 200, fault)
               : door_not_there(door, FAULT, door->arguments[0]);
}

struct verdict fault_delete(struct door *door)
{
    int64_t id;
    TRY(door_number(door, 0, FAULT, &id));
    int outcome = faults_delete(door->call->realm->faults, id);
    if (outcome < 0) {
        return error_store_broken();
    }
    return outcome == FAULTS_DONE ? door_done(door)
                                  : door_not_there(door, FAULT, door->arguments[0]);
}
