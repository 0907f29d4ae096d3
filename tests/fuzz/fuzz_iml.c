/* Expressions: whatever is written ends, within bounds, in a value that is one or in a fault that
 * says where; and JSON reads what was written of it. */
#include "keys/random.h"
#include "server/iml/iml.h"
#include "server/iml/write.h"
#include "tests/fuzz/world.h"

#define NOW INT64_C(1767225600000)

static const char variables[] =
    "{\"oauth\":{\"scope\":[\"a\",\"b\"]},\"body\":{\"token\":\"t\",\"expires_in\":3600,"
    "\"list\":[{\"n\":1,\"t\":\"x\"},{\"n\":2,\"t\":\"y\"}]},\"headers\":{\"content-type\":\"a\"},"
    "\"data\":{\"expires\":{\"$date\":\"2026-01-01T00:00:00.000Z\"},\"none\":null},\"a "
    "b\":[1,[2]]}";

static void read_again(struct iml *iml, const struct iml_value *value)
{
    struct str_buf json;
    str_buf_init(&json, iml->arena);
    iml_write_json(&json, value, IML_DATES_MARKED);
    json_auto_t *read =
        json_loadb(str_buf_text(&json), json.size, JSON_DECODE_ANY | IML_JSON, NULL);
    MUST(read != NULL);
    (void)iml_read(iml->arena, read, IML_DATES_MARKED);
}

int fuzz_iml(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    json_auto_t *data = json_loads(variables, 0, NULL);
    struct random *random = random_new_seeded(1, 1);
    struct iml iml = {.arena = arena,
                      .data = iml_read(arena, data, IML_DATES_MARKED),
                      .now = NOW,
                      .zone = "Europe/Prague",
                      .random = random};
    struct iml_value value = {0};
    size_t whole = str_utf8_prefix((const char *)bytes, size); /* JSON's texts are UTF-8 */
    const char *text = arena_strndup(arena, (const char *)bytes, whole);
    if (iml_evaluate_bare(&iml, text, whole, &value) == 0) {
        read_again(&iml, &value);
    } else {
        MUST(iml.fault.problem != NULL && iml.fault.at <= whole);
    }
    if (iml_evaluate(&iml, text, whole, &value) != 0) {
        MUST(iml.fault.problem != NULL && iml.fault.at <= whole);
    }
    random_free(random);
    return 0;
}
