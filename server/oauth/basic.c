#include "server/oauth/basic.h"

#include <string.h>

#include "keys/base64.h"
#include "server/base/form.h"
#include "server/base/str.h"

#define BASIC "Basic "

/* RFC 7617 2. NULL: it is no base64. */
static char *decode_base64(struct arena *arena, const char *text, size_t *size)
{
    size_t length = strlen(text);
    char *bytes = arena_alloc(arena, length + 1);
    if (base64_decode(bytes, size, text, length) != 0) {
        return NULL;
    }
    bytes[*size] = '\0';
    return bytes;
}

/* RFC 6749 2.3.1: id and secret are form-encoded before they are joined by a colon. */
static const char *decode_part(struct arena *arena, const char *part)
{
    struct str_buf field;
    struct form form = {0};
    const char *bad_name;
    str_buf_init(&field, arena);
    str_buf_put(&field, "part=");
    for (const char *c = part; *c != '\0'; c++) {
        if (*c == '&') {
            str_buf_put(&field, "%26");
            continue;
        }
        str_buf_put_n(&field, c, 1);
    }
    if (form_parse(arena, str_buf_text(&field), field.size, &form, &bad_name) != FORM_OK) {
        return NULL;
    }
    return form.fields[0].value;
}

bool basic_read(struct arena *arena, const char *header, struct basic *basic)
{
    if (strncasecmp(header, BASIC, strlen(BASIC)) != 0) {
        return false;
    }
    size_t size;
    const char *at = header + strlen(BASIC);
    char *pair = decode_base64(arena, at + strspn(at, " "), &size);
    char *colon = pair != NULL && strlen(pair) == size ? strchr(pair, ':') : NULL;
    if (colon == NULL) {
        return false;
    }
    *colon = '\0';
    *basic = (struct basic){.id = decode_part(arena, pair),
                            .secret = decode_part(arena, colon + 1),
                            .raw_secret = colon + 1};
    return true;
}
