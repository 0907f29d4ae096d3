#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/base/str.h"
#include "server/documents/computed.h"
#include "server/documents/search.h"
#include "server/documents/show.h"

static int setup(void **state)
{
    *state = catalogue_new();
    catalogue_read(*state);
    return 0;
}

static int teardown(void **state)
{
    catalogue_free(*state);
    return 0;
}

static void each_computed_member_is_of_a_collection_that_is_there(void **state)
{
    for (const struct computed_row *row = computed_table; row->collection != NULL; row++) {
        assert_non_null(catalogue_collection(*state, row->collection));
    }
}

static void each_row_of_a_collection_is_found_by_it(void **state)
{
    for (const struct computed_row *row = computed_table; row->collection != NULL; row++) {
        assert_true(computed_has(catalogue_collection(*state, row->collection), row->member));
    }
}

static void each_member_that_is_searched_in_is_one_of_its_collection(void **state)
{
    for (const struct search_row *row = search_table; row->collection != NULL; row++) {
        const struct collection *collection = catalogue_collection(*state, row->collection);
        assert_non_null(collection);
        assert_non_null(json_object_get(collection->fresh, row->member));
    }
}

static void each_way_of_showing_is_of_a_collection_that_is_there(void **state)
{
    for (const struct show_row *row = show_table; row->collection != NULL; row++) {
        assert_non_null(catalogue_collection(*state, row->collection));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_computed_member_is_of_a_collection_that_is_there),
        cmocka_unit_test(each_row_of_a_collection_is_found_by_it),
        cmocka_unit_test(each_member_that_is_searched_in_is_one_of_its_collection),
        cmocka_unit_test(each_way_of_showing_is_of_a_collection_that_is_there),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
