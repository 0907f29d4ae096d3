#include "server/base/arena.h"
#include "server/base/memory.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/memory.h"

/* Most requests fit in the first block, which is part of the arena itself: one malloc per arena,
 * and none per request. */
#define FIRST_SIZE 4096

struct block {
    struct block *next;
    _Alignas(max_align_t) char bytes[];
};

/* Memory of the heap that goes when the blocks go. */
struct owned {
    struct owned *next;
    void *memory;
};

struct arena {
    struct block *blocks; /* beyond the first, newest first */
    struct owned *owned;  /* in the blocks */
    char *at;             /* the next free byte of the newest block, always aligned */
    size_t room;
    size_t next_size;
    _Alignas(max_align_t) char first[FIRST_SIZE];
};

struct arena *arena_new(void)
{
    struct arena *arena = memory_need(malloc(sizeof(*arena)));
    arena->blocks = NULL;
    arena->owned = NULL;
    arena_reset(arena);
    return arena;
}

void arena_drop(struct arena **arena)
{
    arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
    for (struct owned *owned = arena->owned; owned != NULL; owned = owned->next) {
        free(owned->memory);
    }
    arena->owned = NULL;
    while (arena->blocks) {
        struct block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    arena->at = arena->first;
    arena->room = FIRST_SIZE;
    arena->next_size = (size_t)2 * FIRST_SIZE;
}

void arena_free(struct arena *arena)
{
    if (!arena) {
        return;
    }
    arena_reset(arena);
    free(arena);
}

/* Doubling keeps the number of blocks logarithmic; a larger wish gets a block of its own size. */
static void add_block(struct arena *arena, size_t size)
{
    size_t room = size > arena->next_size ? size : arena->next_size;
    struct block *block = malloc(sizeof(*block) + room);
    if (!block) {
        memory_exhausted();
    }
    block->next = arena->blocks;
    arena->blocks = block;
    arena->at = block->bytes;
    arena->room = room;
    if (arena->next_size < SIZE_MAX / 4) {
        arena->next_size *= 2;
    }
}

static void *take(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 4) {
        memory_exhausted();
    }
    size_t align = _Alignof(max_align_t);
    size_t rounded = (size + align - 1) / align * align;
    if (rounded > arena->room) {
        add_block(arena, rounded);
    }
    void *bytes = arena->at;
    arena->at += rounded;
    arena->room -= rounded;
    return bytes;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *copy = take(arena, size);
    return size ? memcpy(copy, bytes, size) : copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t size)
{
    char *copy = take(arena, size + 1);
    if (size) {
        memcpy(copy, text, size);
    }
    copy[size] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

/* Most texts fit into what is left of the block, and are then made where they stay. */
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    char *first = arena->at;
    va_copy(again, arguments);
    int size = vsnprintf(first, arena->room, format, arguments);
    if (size < 0) {
        memory_exhausted();
    }
    char *text = take(arena, (size_t)size + 1);
    if (text != first) {
        vsnprintf(text, (size_t)size + 1, format, again);
    }
    va_end(again);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}

void arena_own(struct arena *arena, void *memory)
{
    struct owned *owned = arena_alloc(arena, sizeof(*owned));
    *owned = (struct owned){.next = arena->owned, .memory = memory};
    arena->owned = owned;
}
