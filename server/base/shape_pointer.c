/* Where a value stands, as text. */
#include "server/base/shape.h"
#include "server/base/str.h"

static void pointer_put(struct str_buf *buf, const struct place *place)
{
    if (place->parent == NULL) {
        return;
    }
    pointer_put(buf, place->parent);
    str_buf_put(buf, "/");
    if (place->member == NULL) {
        str_buf_printf(buf, "%zu", place->index);
        return;
    }
    for (const char *c = place->member; *c != '\0'; c++) {
        /* RFC 6901 3; and a refusal stays one line. */
        if (*c == '~' || *c == '/') {
            str_buf_put(buf, *c == '~' ? "~0" : "~1");
        } else if ((unsigned char)*c < ' ') {
            str_buf_put(buf, "?");
        } else {
            str_buf_put_n(buf, c, 1);
        }
    }
}

const char *shape_pointer(struct arena *arena, const struct place *place)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    pointer_put(&buf, place);
    return place->parent == NULL ? "(the document)" : str_buf_text(&buf);
}
