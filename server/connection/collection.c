#include "server/connection/collection.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/form.h"
#include "server/iml/write.h"

struct iml_value collection_with(struct arena *arena, const struct iml_value *collection,
                                 const char *name, const struct iml_value *value)
{
    size_t count = collection->type == IML_COLLECTION ? collection->size : 0, at = 0;
    struct iml_member *members = arena_alloc(arena, (count + 1) * sizeof(*members));
    for (size_t i = 0; i < count; i++) {
        members[i] = collection->members[i];
    }
    while (at < count && strcmp(members[at].name, name) != 0) {
        at++;
    }
    members[at] = (struct iml_member){.name = name, .value = *value};
    return iml_collection(members, at == count ? count + 1 : count);
}

static int compare(const void *left, const void *right)
{
    const struct iml_member *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

/* The members by name: an answer may have very many. */
static struct iml_member **sorted(struct arena *arena, struct iml_member *members, size_t count)
{
    struct iml_member **all = arena_alloc(arena, (count + 1) * sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[i] = &members[i];
    }
    qsort(all, count, sizeof(*all), compare);
    return all;
}

struct iml_value collection_merged(struct arena *arena, const struct iml_value *a,
                                   const struct iml_value *b)
{
    size_t mine = a->type == IML_COLLECTION ? a->size : 0, count = mine;
    size_t theirs = b->type == IML_COLLECTION ? b->size : 0;
    struct iml_member *members = arena_alloc(arena, (mine + theirs + 1) * sizeof(*members));
    for (size_t i = 0; i < mine; i++) {
        members[i] = a->members[i];
    }
    struct iml_member **by_name = sorted(arena, members, mine);
    for (size_t i = 0; i < theirs; i++) {
        const struct iml_member *wanted = &b->members[i];
        struct iml_member **found =
            bsearch(&wanted, by_name, mine, sizeof(struct iml_member *), compare);
        struct iml_member *member = found == NULL ? &members[count++] : *found;
        bool both = found != NULL && member->value.type == IML_COLLECTION &&
                    wanted->value.type == IML_COLLECTION;
        const struct iml_value value =
            both ? collection_merged(arena, &member->value, &wanted->value) : wanted->value;
        *member = (struct iml_member){.name = wanted->name, .value = value};
    }
    return iml_collection(members, count);
}

const char *collection_text(struct arena *arena, const struct iml_value *collection,
                            const char *name)
{
    const struct iml_value value = iml_member(collection, name);
    struct str_buf text;
    str_buf_init(&text, arena);
    iml_write_text(&text, &value);
    return str_buf_text(&text);
}

struct iml_value collection_joined(struct arena *arena, const struct iml_value *a,
                                   const struct iml_value *b)
{
    size_t count = 0;
    struct iml_value *items = arena_alloc(arena, (a->size + b->size + 1) * sizeof(*items));
    for (size_t i = 0; i < a->size + b->size; i++) {
        const struct iml_value *item = i < a->size ? &a->items[i] : &b->items[i - a->size];
        size_t at = 0;
        while (at < count && !iml_same(&items[at], item)) {
            at++;
        }
        items[count] = *item;
        count += at == count && item->type == IML_TEXT ? 1 : 0;
    }
    return iml_array(items, count);
}

struct iml_value collection_words(struct arena *arena, const char *text)
{
    size_t count = 0, size = 0;
    char *list = arena_strdup(arena, text);
    struct iml_value *items = arena_alloc(arena, (strlen(list) + 1) * sizeof(*items));
    for (char *c = list; *c != '\0'; c++) {
        *c = (char)(*c == ',' ? ' ' : *c);
    }
    const char *at = list;
    for (const char *word; (word = str_next_word(&at, &size)) != NULL;) {
        items[count++] = iml_text_n(arena_strndup(arena, word, size), size);
    }
    return iml_array(items, count);
}

int collection_of_form(struct arena *arena, const char *bytes, size_t size,
                       struct iml_value *collection, const char **problem)
{
    static const char *const problems[] = {
        [FORM_OK] = NULL,
        [FORM_BAD_ENCODING] = "a % in it has no two hexadecimal digits behind it",
        [FORM_NUL] = "it has a NUL in it",
        [FORM_NOT_UTF8] = "it is not in UTF-8",
        [FORM_TOO_MANY] = "it has too many fields",
    };
    struct form form = {0};
    const char *bad = NULL;
    *collection = iml_collection(NULL, 0);
    int outcome = form_parse(arena, bytes, size, &form, &bad);
    if (outcome != FORM_OK) {
        *problem = problems[outcome];
        return 1;
    }
    for (size_t i = 0; i < form.count; i++) {
        const struct iml_value value = iml_text(form.fields[i].value);
        *collection = collection_with(arena, collection, form.fields[i].name, &value);
    }
    return 0;
}
