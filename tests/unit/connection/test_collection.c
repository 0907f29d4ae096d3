/* Collections of an answer, which may be large. */
#include "server/connection/collection.h"
#include "tests/unit/connection/world.h"

#define MANY 100000
#define HALF 50000

static void a_merge_goes_into_what_both_have_and_keeps_the_order(void **state)
{
    struct world *world = *state;
    const struct iml_value a = value_from(world->arena, "{'b':1,'a':{'x':1,'y':[1]},'c':{'z':1}}");
    const struct iml_value b = value_from(world->arena, "{'d':1,'a':{'y':[2],'w':3},'c':4}");
    const struct iml_value both = collection_merged(world->arena, &a, &b);
    assert_string_equal(json_of(world->arena, &both),
                        "{\"b\":1,\"a\":{\"x\":1,\"y\":[2],\"w\":3},\"c\":4,\"d\":1}");
}

static struct iml_value many(struct arena *arena, int from)
{
    struct iml_member *members = arena_alloc(arena, MANY * sizeof(*members));
    for (int i = 0; i < MANY; i++) {
        members[i] = (struct iml_member){.name = arena_printf(arena, "m%d", from + i),
                                         .value = iml_number(from)};
    }
    return iml_collection(members, MANY);
}

/* Names that are compared with each other take minutes here. */
static void very_many_members_are_merged_at_once(void **state)
{
    struct world *world = *state;
    const struct iml_value a = many(world->arena, 0), b = many(world->arena, HALF);
    const struct iml_value both = collection_merged(world->arena, &a, &b);
    assert_int_equal(both.size, MANY + HALF);
    assert_string_equal(both.members[both.size - 1].name, "m149999");
    assert_true(both.members[HALF - 1].value.number == 0);
    assert_true(both.members[HALF].value.number == HALF);
}

#define STEADY(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        STEADY(a_merge_goes_into_what_both_have_and_keeps_the_order),
        STEADY(very_many_members_are_merged_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
