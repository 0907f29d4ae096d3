#include "server/make/special.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void each_special_of_the_catalogue_is_a_function(void **state)
{
    (void)state;
    size_t count;
    struct catalogue *catalogue = catalogue_new();
    catalogue_read(catalogue);
    const struct operation *rows = catalogue_operations(catalogue, &count);
    for (size_t i = 0; i < count; i++) {
        assert_true(rows[i].verb != VERB_SPECIAL || special_find(rows[i].name) != NULL);
    }
    catalogue_free(catalogue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_special_of_the_catalogue_is_a_function),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
