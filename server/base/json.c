#include "server/base/json.h"

#include "server/base/str.h"

static int put(const char *bytes, size_t size, void *buf)
{
    str_buf_put_n(buf, bytes, size);
    return 0;
}

char *json_text(struct arena *arena, const json_t *value, size_t *size)
{
    struct str_buf buf;
    str_buf_init(&buf, arena);
    str_buf_put_n(&buf, "", 0);
    json_dump_callback(value, put, &buf, JSON_COMPACT | JSON_ENCODE_ANY);
    if (size) {
        *size = buf.size;
    }
    return buf.text;
}

void json_put_text(json_t *object, const char *member, const char *text)
{
    if (text && *text) {
        json_object_set_new(object, member, json_string(text));
    }
}

json_t *json_words(const char *list)
{
    json_t *words = json_array();
    const char *word;
    size_t size;
    while ((word = str_next_word(&list, &size))) {
        json_array_append_new(words, json_stringn(word, size));
    }
    return words;
}

bool json_has(const json_t *list, const json_t *value)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (json_equal(json_array_get(list, i), value)) {
            return true;
        }
    }
    return false;
}

bool json_has_text(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (str_equal(json_string_value(json_array_get(list, i)), text)) {
            return true;
        }
    }
    return false;
}

void json_drop(json_t *object, const json_t *names)
{
    for (size_t i = 0; i < json_array_size(names); i++) {
        json_object_del(object, json_string_value(json_array_get(names, i)));
    }
}

bool json_is_within(const json_t *value, unsigned depth)
{
    const char *name;
    size_t index;
    json_t *member;
    if (!json_is_object(value) && !json_is_array(value)) {
        return true;
    }
    if (depth == 0) {
        return false;
    }
    json_array_foreach(value, index, member)
    {
        if (!json_is_within(member, depth - 1)) {
            return false;
        }
    }
    json_object_foreach((json_t *)(uintptr_t)value, name, member)
    {
        if (!json_is_within(member, depth - 1)) {
            return false;
        }
    }
    return true;
}

void json_merge_patch(json_t *object, const json_t *patch)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)patch, name, value)
    {
        json_t *below = json_object_get(object, name);
        if (json_is_null(value)) {
            json_object_del(object, name);
            continue;
        }
        if (!json_is_object(value)) {
            json_object_set_new(object, name, json_deep_copy(value));
            continue;
        }
        if (!json_is_object(below)) {
            below = json_object();
            json_object_set_new(object, name, below);
        }
        json_merge_patch(below, value);
    }
}
