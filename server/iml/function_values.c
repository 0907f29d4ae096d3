/* Words that are values. */
#include <stdio.h>

#include "server/iml/bytes.h"
#include "server/iml/function.h"

#define UUID_BYTES 16

static int run_true(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_boolean(true);
    return 0;
}

static int run_false(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_boolean(false);
    return 0;
}

static int run_null(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = (struct iml_value){.type = IML_NULL};
    return 0;
}

static int run_undefined(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_undefined;
    return 0;
}

static int run_now(struct iml_call *call, struct iml_value *result)
{
    *result = iml_date(call->iml->now);
    return 0;
}

/* RFC 9562 5.4. */
static int run_uuid(struct iml_call *call, struct iml_value *result)
{
    uint8_t bytes[UUID_BYTES];
    char hex[2 * UUID_BYTES + 1];
    random_bytes(call->iml->random, bytes, sizeof(bytes));
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
    bytes_to_hex(hex, bytes, sizeof(bytes));
    *result = iml_text(arena_printf(call->iml->arena, "%.8s-%.4s-%.4s-%.4s-%s", hex, hex + 8,
                                    hex + 12, hex + 16, hex + 20));
    return 0;
}

static int run_empty_array(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_array(NULL, 0);
    return 0;
}

static int run_empty_object(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_collection(NULL, 0);
    return 0;
}

static int run_empty_string(struct iml_call *call, struct iml_value *result)
{
    (void)call;
    *result = iml_text("");
    return 0;
}

const struct iml_function function_values[] = {
    {.name = "true", .takes = "", .meaning = "true", .is_bare = true, .run = run_true},
    {.name = "false", .takes = "", .meaning = "false", .is_bare = true, .run = run_false},
    {.name = "null", .takes = "", .meaning = "null", .is_bare = true, .run = run_null},
    {.name = "undefined",
     .takes = "",
     .meaning = "what is not there",
     .is_bare = true,
     .run = run_undefined},
    {.name = "now",
     .takes = "",
     .meaning = "the date and time of the run",
     .is_bare = true,
     .run = run_now},
    {.name = "uuid",
     .takes = "",
     .meaning = "a new random UUID, another each time",
     .is_bare = true,
     .run = run_uuid},
    {.name = "emptyarray",
     .takes = "",
     .meaning = "an array of nothing",
     .is_bare = true,
     .run = run_empty_array},
    {.name = "emptyobject",
     .takes = "",
     .meaning = "a collection of nothing",
     .is_bare = true,
     .run = run_empty_object},
    {.name = "emptystring",
     .takes = "",
     .meaning = "a text of nothing",
     .is_bare = true,
     .run = run_empty_string},
    {.name = NULL},
};
