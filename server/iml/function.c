#include "server/iml/function.h"

#include <stdint.h>
#include <string.h>

const struct iml_function *const function_tables[] = {
    function_values,      function_general, function_text, function_markup,   function_bytes,
    function_math,        function_numbers, function_date, function_calendar, function_array,
    function_arrangement, function_runtime, NULL,
};

const struct iml_function *function_find(const char *name, size_t size)
{
    for (size_t i = 0; function_tables[i] != NULL; i++) {
        for (const struct iml_function *row = function_tables[i]; row->name != NULL; row++) {
            /* Most names are no function's: the first letter tells. */
            if (row->name[0] == name[0] && strncmp(row->name, name, size) == 0 &&
                row->name[size] == '\0') {
                return row;
            }
        }
    }
    return NULL;
}

void function_offer(struct nearest *nearest)
{
    for (size_t i = 0; function_tables[i] != NULL; i++) {
        for (const struct iml_function *row = function_tables[i]; row->name != NULL; row++) {
            nearest_offer(nearest, row->name);
        }
    }
}

/* How many of the words of `takes` end in none of the marks; a word ends at a comma. */
static size_t count_words(const char *takes, const char *mark)
{
    size_t count = 0;
    while (*takes != '\0') {
        size_t size = strcspn(takes, ",");
        count += memmem(takes, size, mark, strlen(mark)) == NULL ? 1 : 0;
        takes += size;
        takes += strspn(takes, ", ");
    }
    return count;
}

size_t function_least(const struct iml_function *function)
{
    return count_words(function->takes, "?");
}

size_t function_most(const struct iml_function *function)
{
    return strstr(function->takes, "...") != NULL ? SIZE_MAX : count_words(function->takes, ",");
}
