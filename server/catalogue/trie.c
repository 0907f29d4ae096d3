#include "server/catalogue/trie.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"

#define SEGMENTS_MAX 12

/* A place in a path. Its words are sorted, so that one of them is found by halving. */
struct node {
    const char *word; /* what leads here; of a parameter its name, without braces */
    struct node **words;
    size_t count;
    struct node *parameter; /* any other segment */
    const struct operation **operations;
    size_t operation_count;
};

struct trie {
    struct node *root;
};

struct path_segment {
    const char *at;
    size_t size;
};

struct segments {
    struct path_segment list[SEGMENTS_MAX];
    size_t count;
};

/* /a/b as a, b. False when there are too many, or it does not begin with a slash. */
static bool split(const char *path, struct segments *segments)
{
    segments->count = 0;
    while (*path == '/') {
        path++;
        size_t size = strcspn(path, "/");
        if (segments->count == SEGMENTS_MAX || size == 0) {
            return false;
        }
        segments->list[segments->count++] = (struct path_segment){path, size};
        path += size;
    }
    return *path == '\0' && segments->count > 0;
}

static int compare(struct path_segment segment, const char *word)
{
    int order = strncmp(segment.at, word, segment.size);
    return order != 0 ? order : -(word[segment.size] != '\0');
}

/* Where the word stands among the node's, or would. */
static size_t place_of(const struct node *node, struct path_segment segment, bool *found)
{
    size_t low = 0;
    size_t high = node->count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(segment, node->words[middle]->word);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            high = middle;
            continue;
        }
        low = middle + 1;
    }
    return low;
}

static struct node *new_node(struct arena *arena, const char *word, size_t size)
{
    struct node *node = arena_alloc(arena, sizeof(*node));
    *node = (struct node){.word = arena_strndup(arena, word, size)};
    return node;
}

static struct node *add_word(struct arena *arena, struct node *node, struct path_segment segment)
{
    bool found;
    size_t place = place_of(node, segment, &found);
    if (found) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): what was found is there */
        return node->words[place];
    }
    struct node **words = arena_alloc(arena, (node->count + 1) * sizeof(struct node *));
    for (size_t i = 0; i < node->count; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are `count` of them */
        words[i + (i >= place)] = node->words[i];
    }
    words[place] = new_node(arena, segment.at, segment.size);
    node->words = words;
    node->count++;
    return words[place];
}

/* Two rows may call the parameter of one place differently: which name counts is the
 * operation's. */
static struct node *step_to(struct arena *arena, struct node *node, struct path_segment segment)
{
    if (segment.at[0] != '{') {
        return add_word(arena, node, segment);
    }
    if (node->parameter == NULL) {
        node->parameter = new_node(arena, segment.at, segment.size);
    }
    return node->parameter;
}

static void add(struct arena *arena, struct node *node, const struct operation *operation)
{
    struct segments segments = {0};
    split(operation->path, &segments);
    for (size_t i = 0; i < segments.count; i++) {
        node = step_to(arena, node, segments.list[i]);
    }
    const struct operation **operations =
        arena_alloc(arena, (node->operation_count + 1) * sizeof(const struct operation *));
    for (size_t i = 0; i < node->operation_count; i++) {
        operations[i] = node->operations[i];
    }
    operations[node->operation_count++] = operation;
    node->operations = operations;
}

struct trie *trie_new(struct arena *arena, const struct operation *operations, size_t count)
{
    struct trie *trie = arena_alloc(arena, sizeof(*trie));
    trie->root = new_node(arena, "", 0);
    for (size_t i = 0; i < count; i++) {
        add(arena, trie->root, &operations[i]);
    }
    return trie;
}

/* NULL: no percent-encoding, or of a character that would be another thing to the next reader of
 * the path. */
static const char *decode(struct arena *arena, struct path_segment segment)
{
    char *text = arena_alloc(arena, segment.size + 1);
    char *out = text;
    const char *at = segment.at;
    while (at < segment.at + segment.size) {
        int byte = str_percent_next(&at, segment.at + segment.size);
        if (byte < 0x20 || byte == 0x7f || byte == '/' || byte == '\\') {
            return NULL;
        }
        *out++ = (char)byte;
    }
    *out = '\0';
    return str_is_utf8(text, strlen(text)) ? text : NULL;
}

/* The node at the end of the path; a word is tried before a parameter. */
static const struct node *walk(const struct node *node, const struct segments *segments, size_t at)
{
    if (at == segments->count) {
        return node->operation_count > 0 ? node : NULL;
    }
    bool found;
    size_t place = place_of(node, segments->list[at], &found);
    const struct node *end = found ? walk(node->words[place], segments, at + 1) : NULL;
    if (end != NULL || node->parameter == NULL) {
        return end;
    }
    return walk(node->parameter, segments, at + 1);
}

static const char *allowed(struct arena *arena, const struct node *node)
{
    struct str_buf methods;
    str_buf_init(&methods, arena);
    for (size_t i = 0; i < node->operation_count; i++) {
        str_buf_printf(&methods, "%s%s", i > 0 ? ", " : "", node->operations[i]->method);
    }
    return str_buf_text(&methods);
}

/* What stands where the operation's path has braces. */
static int take_values(struct arena *arena, const struct segments *segments, struct match *match)
{
    struct segments names = {0};
    split(match->operation->path, &names);
    for (size_t i = 0; i < names.count; i++) {
        struct path_segment name = names.list[i];
        if (name.at[0] != '{' || match->count == PATH_VALUES_MAX) {
            continue;
        }
        const char *value = decode(arena, segments->list[i]);
        if (value == NULL) {
            return MATCH_MALFORMED;
        }
        match->values[match->count++] =
            (struct path_value){arena_strndup(arena, name.at + 1, name.size - 2), value};
    }
    return MATCH_FOUND;
}

int trie_find(const struct trie *trie, struct arena *arena, const char *method, const char *path,
              struct match *match)
{
    struct segments segments = {0};
    *match = (struct match){0};
    const struct node *node = split(path, &segments) ? walk(trie->root, &segments, 0) : NULL;
    if (node == NULL) {
        return MATCH_NO_PATH;
    }
    for (size_t i = 0; i < node->operation_count; i++) {
        if (str_equal(node->operations[i]->method, method)) {
            match->operation = node->operations[i];
            return take_values(arena, &segments, match);
        }
    }
    match->allow = allowed(arena, node);
    return MATCH_NO_METHOD;
}
