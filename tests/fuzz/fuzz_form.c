/* Forms: what was read and is written again reads as the same. */
#include <string.h>

#include "server/base/form.h"
#include "server/base/str.h"
#include "tests/fuzz/world.h"

int fuzz_form(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct form form, again;
    const char *bad = NULL;
    int outcome = form_parse(arena, (const char *)bytes, size, &form, &bad);
    MUST(outcome == FORM_OK || (form.count == 0 && bad != NULL));
    const char *text = form_encode(arena, form.fields, form.count);
    MUST(form_parse(arena, text, strlen(text), &again, &bad) == FORM_OK);
    MUST(again.count == form.count);
    for (size_t i = 0; i < form.count; i++) {
        MUST(str_equal(form.fields[i].name, again.fields[i].name));
        MUST(str_equal(form.fields[i].value, again.fields[i].value));
        MUST(form_count(&form, form.fields[i].name) > 0);
        MUST(form_has(&form, form.fields[i].name, form.fields[i].value));
    }
    return 0;
}
