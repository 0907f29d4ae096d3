/* XML that a provider answers with: whatever it is, it is read as a value that JSON can hold, or
 * refused with a line that can be shown. */
#include <string.h>

#include "server/connection/xml.h"
#include "server/iml/write.h"
#include "tests/fuzz/world.h"

static void read_again(struct arena *arena, const struct iml_value *value)
{
    struct str_buf json;
    str_buf_init(&json, arena);
    iml_write_json(&json, value, IML_DATES_AS_TEXT);
    json_auto_t *read = json_loadb(str_buf_text(&json), json.size, JSON_REJECT_DUPLICATES, NULL);
    MUST(json_object_size(read) == 1); /* the root, as an array of one */
    MUST(json_array_size(json_object_iter_value(json_object_iter(read))) == 1);
}

int fuzz_xml(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct iml_value value = {0};
    const char *problem = NULL;
    /* Behind it stands a NUL, as behind each answer. */
    const char *text = arena_strndup(arena, (const char *)bytes, size);
    if (xml_read(arena, text, size, &value, &problem) == 0) {
        MUST(problem == NULL && value.type == IML_COLLECTION);
        read_again(arena, &value);
    } else {
        MUST(problem != NULL && str_is_utf8(problem, strlen(problem)));
    }
    return 0;
}
