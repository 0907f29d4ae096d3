#include "server/http/malform.h"

#include "server/base/str.h"

#define BODY_SHOWN_MAX 2048

const char *malform_answer(const struct response *response, const char *reason)
{
    struct arena *arena = response->arena;
    const char *text = arena_printf(arena, "HTTP/1.1 %d %s\r\n", response->status, reason);
    for (size_t i = 0; i < response->header_count; i++) {
        const struct header *header = &response->headers[i];
        text = arena_printf(arena, "%s%s: %s\r\n", text, header->name, header->value);
    }
    int shown = (int)(response->body_size < BODY_SHOWN_MAX ? response->body_size : BODY_SHOWN_MAX);
    return arena_printf(arena,
                        "%sConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n%.*s\r\n",
                        text, shown, shown > 0 ? (const char *)response->body : "");
}
