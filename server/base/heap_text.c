#include "server/base/heap_text.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"

#define FIRST_ROOM ((size_t)4096)

void heap_text_fini(struct heap_text *text)
{
    free(text->bytes);
    *text = (struct heap_text){0};
}

/* Large blocks are moved by the kernel, which copies nothing. */
static void make_room(struct heap_text *text, size_t size)
{
    size_t room = text->room == 0 ? FIRST_ROOM : text->room;
    while (room - text->size < size) {
        room *= 2;
    }
    if (room == text->room) {
        return;
    }
    text->bytes = memory_need(realloc(text->bytes, room));
    text->room = room;
}

void heap_text_put(struct heap_text *text, const char *bytes, size_t size)
{
    make_room(text, size);
    memcpy(text->bytes + text->size, bytes, size);
    text->size += size;
}

static int put(const char *bytes, size_t size, void *text)
{
    heap_text_put(text, bytes, size);
    return 0;
}

void heap_text_put_json(struct heap_text *text, const json_t *value)
{
    json_dump_callback(value, put, text, JSON_COMPACT | JSON_ENCODE_ANY);
}

char *heap_text_take(struct heap_text *text, size_t *size)
{
    char *bytes = text->bytes;
    *size = text->size;
    *text = (struct heap_text){0};
    return bytes;
}
