#include "server/make/trait.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_trait_is_of_a_collection_that_is_there(void **state)
{
    (void)state;
    struct catalogue *catalogue = catalogue_new();
    catalogue_read(catalogue);
    for (const struct trait *trait = trait_table; trait->collection != NULL; trait++) {
        const struct collection *collection = catalogue_collection(catalogue, trait->collection);
        assert_non_null(collection);
        assert_ptr_equal(trait_of(collection), trait);
    }
    catalogue_free(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_trait_is_of_a_collection_that_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
