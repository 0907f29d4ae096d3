/* The list of faults of a tenant, for each test a new one. */
#ifndef MAKESHIFT_TESTS_TENANT_LISTED_FAULTS_H
#define MAKESHIFT_TESTS_TENANT_LISTED_FAULTS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/tenant/faults.h"
#include "tests/unit/tenant/given.h"

static struct faults *faults;
static struct random *chance;

static inline int set_up(void **state)
{
    *state = NULL;
    faults = faults_new(NULL);
    chance = random_new_seeded(1, 1);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    faults_free(faults);
    random_free(chance);
    return 0;
}

#define LISTED(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline int64_t add(const char *text)
{
    struct fault_refusal refusal;
    json_t *made = NULL, *fault = given(text);
    if (faults_add(faults, fault, &refusal, &made) != FAULTS_DONE) {
        fail_msg("%s is refused at %s: %s", text, refusal.pointer, refusal.expected);
    }
    int64_t id = json_integer_value(json_object_get(made, "id"));
    json_decref(fault);
    json_decref(made);
    return id;
}

/* Which fault fires. */
static inline int64_t chosen(enum fault_stage stage, const char *subject)
{
    struct fault_plan plan;
    json_t *one = given(subject);
    faults_choose(faults, stage, one, chance, &plan);
    int64_t id = plan.id;
    fault_plan_fini(&plan);
    json_decref(one);
    return id;
}

static inline int64_t number(int64_t id, const char *member)
{
    json_t *fault = NULL;
    assert_int_equal(faults_get(faults, id, &fault), FAULTS_DONE);
    int64_t value = json_integer_value(json_object_get(fault, member));
    json_decref(fault);
    return value;
}

/* Subjects. */
#define TOKEN "{'endpoint':'token','grant_type':'refresh_token'}"
#define JWKS "{'endpoint':'jwks'}"

#endif
