#include "server/connection/lines.h"

#include <stdlib.h>
#include <string.h>

/* Where a value stands: in the object or array that begins at `parent`, by its name or number. */
struct spot {
    size_t parent;
    const char *name; /* not terminated; NULL: an item of an array */
    size_t name_size, index;
    size_t at, line;
};

struct lines {
    struct spot root;
    struct spot *all; /* sorted, without the root */
    size_t count;
};

/* One walk through a text. */
struct walk {
    struct lines *lines;
    const char *text;
    size_t size, at, line;
    struct spot next; /* what is known of the value that comes next */
    struct spot open[LINES_DEPTH_MAX + 1];
    size_t depth;
};

/* No fewer values than there are: each but the first stands behind one of these. */
static size_t count_most(const char *text, size_t size)
{
    size_t count = 1;
    for (size_t i = 0; i < size; i++) {
        count += strchr(",[{", text[i]) != NULL ? 1 : 0;
    }
    return count;
}

static void put_value(struct walk *walk)
{
    struct spot spot = walk->next;
    spot.at = walk->at;
    spot.line = walk->line;
    if (walk->depth == 0) {
        walk->lines->root.at = spot.at;
        walk->lines->root.line = spot.line;
    } else {
        walk->lines->all[walk->lines->count++] = spot;
    }
}

static void enter(struct walk *walk)
{
    put_value(walk);
    if (walk->depth < LINES_DEPTH_MAX) {
        walk->open[walk->depth++] = walk->next; /* goes on behind the value */
    }
    walk->next = (struct spot){.parent = walk->at++};
}

static void leave(struct walk *walk)
{
    walk->next = walk->depth > 0 ? walk->open[--walk->depth] : (struct spot){0};
    walk->at++;
}

/* Behind the text here, which is a value or the name of one. */
static void pass_text(struct walk *walk)
{
    size_t from = walk->at, to = from + 1;
    while (to < walk->size && walk->text[to] != '"') {
        to += walk->text[to] == '\\' ? 2 : 1;
    }
    size_t behind = to + 1;
    while (behind < walk->size && strchr(" \t\r\n", walk->text[behind]) != NULL) {
        behind++;
    }
    if (behind < walk->size && walk->text[behind] == ':') {
        walk->next.name = walk->text + from + 1;
        walk->next.name_size = to - from - 1;
    } else {
        put_value(walk);
    }
    walk->at = to + 1;
}

/* Behind a number, true, false or null. */
static void pass_word(struct walk *walk)
{
    put_value(walk);
    walk->at += strcspn(walk->text + walk->at, ",]} \t\r\n");
}

static void step(struct walk *walk)
{
    switch (walk->text[walk->at]) {
    case '{':
    case '[':
        enter(walk);
        break;
    case '}':
    case ']':
        leave(walk);
        break;
    case '"':
        pass_text(walk);
        break;
    case ',':
        walk->next.index++;
        walk->at++;
        break;
    case '\n':
        walk->line++;
        walk->at++;
        break;
    case ':':
    case ' ':
    case '\t':
    case '\r':
        walk->at++;
        break;
    default:
        pass_word(walk);
    }
}

static int compare(const void *left, const void *right)
{
    const struct spot *a = left, *b = right;
    size_t size = a->name_size < b->name_size ? a->name_size : b->name_size;
    if (a->parent != b->parent) {
        return a->parent < b->parent ? -1 : 1;
    }
    if (a->name == NULL || b->name == NULL) {
        return a->name != b->name     ? (a->name == NULL ? -1 : 1)
               : a->index == b->index ? 0
               : a->index < b->index  ? -1
                                      : 1;
    }
    int outcome = memcmp(a->name, b->name, size);
    return outcome != 0                   ? outcome
           : a->name_size == b->name_size ? 0
           : a->name_size < b->name_size  ? -1
                                          : 1;
}

struct lines *lines_read(struct arena *arena, const char *text, size_t size)
{
    struct lines *lines = arena_alloc(arena, sizeof(*lines));
    struct walk *walk = arena_alloc(arena, sizeof(*walk));
    *lines =
        (struct lines){.all = arena_alloc(arena, count_most(text, size) * sizeof(struct spot))};
    *walk = (struct walk){.lines = lines, .text = text, .size = size, .line = 1};
    while (walk->at < size) {
        step(walk);
    }
    qsort(lines->all, lines->count, sizeof(*lines->all), compare);
    return lines;
}

static const struct spot *find(const struct lines *lines, const struct place *place)
{
    if (place->parent == NULL) {
        return &lines->root;
    }
    const struct spot *parent = find(lines, place->parent);
    const struct spot wanted = {.parent = parent->at,
                                .name = place->member,
                                .name_size = place->member == NULL ? 0 : strlen(place->member),
                                .index = place->index};
    const struct spot *own =
        bsearch(&wanted, lines->all, lines->count, sizeof(*lines->all), compare);
    return own == NULL ? parent : own;
}

size_t lines_of(const struct lines *lines, const struct place *place)
{
    return find(lines, place)->line;
}
