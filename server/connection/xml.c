#include "server/connection/xml.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/str.h"

/* One reading: XML 1.0, without what a document type declares. */
struct reading {
    struct arena *arena;
    const char *at, *end;
    size_t depth;
    const char *problem;
};

/* What an element holds, as it comes in. Its objects are the caller's. */
struct holding {
    json_t *attributes, *children;
    struct str_buf text;
};

static int refuse(struct reading *reading, const char *problem)
{
    reading->problem = reading->problem == NULL ? problem : reading->problem;
    return 1;
}

static bool begins(const struct reading *reading, const char *text)
{
    size_t size = strlen(text);
    return (size_t)(reading->end - reading->at) >= size && memcmp(reading->at, text, size) == 0;
}

static void skip_space(struct reading *reading)
{
    while (reading->at < reading->end && strchr(" \t\r\n", *reading->at) != NULL) {
        reading->at++;
    }
}

/* Behind the next `mark`. */
static int skip_past(struct reading *reading, const char *mark, const char *problem)
{
    const char *found =
        memmem(reading->at, (size_t)(reading->end - reading->at), mark, strlen(mark));
    if (found == NULL) {
        return refuse(reading, problem);
    }
    reading->at = found + strlen(mark);
    return 0;
}

/* The document type, with what it declares in brackets. */
static int skip_doctype(struct reading *reading)
{
    size_t inside = 0;
    for (; reading->at < reading->end; reading->at++) {
        inside += *reading->at == '[' ? 1 : 0;
        inside -= *reading->at == ']' && inside > 0 ? 1 : 0;
        if (*reading->at == '>' && inside == 0) {
            reading->at++;
            return 0;
        }
    }
    return refuse(reading, "its document type has no end");
}

/* What stands around the root: space, comments, instructions, a document type. */
static int skip_around(struct reading *reading)
{
    for (;;) {
        int outcome = 0;
        skip_space(reading);
        if (begins(reading, "<?")) {
            outcome = skip_past(reading, "?>", "an instruction has no end");
        } else if (begins(reading, "<!--")) {
            outcome = skip_past(reading, "-->", "a comment has no end");
        } else if (begins(reading, "<!DOCTYPE")) {
            outcome = skip_doctype(reading);
        } else {
            return 0;
        }
        if (outcome != 0) {
            return 1;
        }
    }
}

/* A name, up to what cannot be in one. NULL: there is none. */
static const char *read_name(struct reading *reading)
{
    const char *from = reading->at;
    while (reading->at < reading->end && strchr(" \t\r\n=<>/&;\"'", *reading->at) == NULL) {
        reading->at++;
    }
    return reading->at == from ? NULL
                               : arena_strndup(reading->arena, from, (size_t)(reading->at - from));
}

static void put_character(struct str_buf *text, unsigned long code)
{
    char bytes[4];
    size_t size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size; i-- > 1; code >>= 6) {
        bytes[i] = (char)(0x80 | (code & 0x3f));
    }
    bytes[0] = (char)(size == 1 ? code : ((0xf00UL >> size) & 0xf0) | code);
    str_buf_put_n(text, bytes, size);
}

/* XML 1.0 4.1, 4.6: a character by its number, or one of the five names. */
static int read_reference(struct reading *reading, struct str_buf *text)
{
    static const struct {
        const char *name, *text;
    } names[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
    reading->at++;
    const char *name = read_name(reading);
    if (name == NULL || reading->at == reading->end || *reading->at != ';') {
        return refuse(reading, "an & begins no reference");
    }
    reading->at++;
    if (*name == '#') {
        bool is_hex = name[1] == 'x';
        const char *digits = name + (is_hex ? 2 : 1);
        size_t size = strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789");
        unsigned long code = strtoul(digits, NULL, is_hex ? 16 : 10);
        bool is_there = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
        if (!is_there || digits[size] != '\0') {
            return refuse(reading, "a reference names no character");
        }
        put_character(text, code);
        return 0;
    }
    for (size_t i = 0; i < COUNT(names); i++) {
        if (str_equal(names[i].name, name)) {
            str_buf_put(text, names[i].text);
            return 0;
        }
    }
    return refuse(reading, arena_printf(reading->arena, "the entity '%s' is not known", name));
}

/* Text up to one of `stops`. */
static int read_text(struct reading *reading, const char *stops, struct str_buf *text)
{
    while (reading->at < reading->end && strchr(stops, *reading->at) == NULL) {
        if (*reading->at == '&') {
            if (read_reference(reading, text) != 0) {
                return 1;
            }
            continue;
        }
        str_buf_put_n(text, reading->at++, 1);
    }
    return 0;
}

static int read_attribute(struct reading *reading, json_t *attributes)
{
    struct str_buf text;
    const char *name = read_name(reading);
    skip_space(reading);
    if (name == NULL || !begins(reading, "=")) {
        return refuse(reading, "an attribute has no value");
    }
    reading->at++;
    skip_space(reading);
    if (!begins(reading, "\"") && !begins(reading, "'")) {
        return refuse(reading, "an attribute's value has no quotation marks");
    }
    const char quote[] = {*reading->at++, '\0'};
    str_buf_init(&text, reading->arena);
    if (read_text(reading, quote, &text) != 0) {
        return 1;
    }
    if (reading->at == reading->end) {
        return refuse(reading, "an attribute's value has no end");
    }
    reading->at++;
    json_object_set_new(attributes, name, json_string(str_buf_text(&text)));
    return 0;
}

/* Takes `child`. */
static void add_child(json_t *children, const char *name, json_t *child)
{
    json_t *items = json_object_get(children, name);
    if (items == NULL) {
        items = json_array();
        json_object_set_new(children, name, items);
    }
    json_array_append_new(items, child);
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* A new reference. */
static json_t *value_of(struct holding *holding)
{
    const char *text = str_buf_text(&holding->text);
    bool has_children = json_object_size(holding->children) > 0;
    bool has_attributes = json_object_size(holding->attributes) > 0;
    if (!has_children && !has_attributes) {
        return json_string(text);
    }
    json_t *whole = json_incref(holding->children);
    if (has_attributes) {
        json_object_set(whole, "_attributes", holding->attributes);
    }
    if (!has_children || !is_blank(text)) {
        json_object_set_new(whole, "_value", json_string(text));
    }
    return whole;
}

static int read_element(struct reading *reading, json_t *parent);

/* CDATA as it stands; the rest is skipped, but for elements. */
static int read_markup(struct reading *reading, struct holding *holding)
{
    const char *from = reading->at + strlen("<![CDATA[");
    if (begins(reading, "<!--")) {
        return skip_past(reading, "-->", "a comment has no end");
    }
    if (begins(reading, "<?")) {
        return skip_past(reading, "?>", "an instruction has no end");
    }
    if (!begins(reading, "<![CDATA[")) {
        return read_element(reading, holding->children);
    }
    if (skip_past(reading, "]]>", "a CDATA section has no end") != 0) {
        return 1;
    }
    str_buf_put_n(&holding->text, from, (size_t)(reading->at - strlen("]]>") - from));
    return 0;
}

/* What stands between the tags, and the one that ends it. */
static int read_inside(struct reading *reading, const char *name, struct holding *holding)
{
    while (!begins(reading, "</")) {
        if (reading->at == reading->end) {
            return refuse(reading,
                          arena_printf(reading->arena, "the element '%s' has no end", name));
        }
        int outcome = *reading->at == '<' ? read_markup(reading, holding)
                                          : read_text(reading, "<", &holding->text);
        if (outcome != 0) {
            return 1;
        }
    }
    reading->at += strlen("</");
    if (!str_equal(read_name(reading), name)) {
        return refuse(reading,
                      arena_printf(reading->arena, "the element '%s' ends as another", name));
    }
    skip_space(reading);
    return begins(reading, ">") ? skip_past(reading, ">", "") : refuse(reading, "a tag has no end");
}

static int read_attributes(struct reading *reading, struct holding *holding)
{
    for (;;) {
        skip_space(reading);
        if (reading->at == reading->end) {
            return refuse(reading, "a tag has no end");
        }
        if (*reading->at == '>' || *reading->at == '/') {
            return 0;
        }
        if (read_attribute(reading, holding->attributes) != 0) {
            return 1;
        }
    }
}

static int read_element(struct reading *reading, json_t *parent)
{
    json_auto_t *attributes = json_object(), *children = json_object();
    struct holding holding = {.attributes = attributes, .children = children};
    str_buf_init(&holding.text, reading->arena);
    reading->at++;
    const char *name = read_name(reading);
    if (name == NULL || ++reading->depth > XML_DEPTH_MAX) {
        return refuse(reading, name == NULL ? "a < begins no element"
                                            : "its elements stand too deep in one another");
    }
    if (read_attributes(reading, &holding) != 0) {
        return 1;
    }
    bool is_empty = begins(reading, "/>");
    if (!is_empty && !begins(reading, ">")) {
        return refuse(reading, "a tag has no end");
    }
    reading->at += is_empty ? 2 : 1;
    if (!is_empty && read_inside(reading, name, &holding) != 0) {
        return 1;
    }
    reading->depth--;
    add_child(parent, name, value_of(&holding));
    return 0;
}

int xml_read(struct arena *arena, const char *bytes, size_t size, struct iml_value *value,
             const char **problem)
{
    struct reading reading = {.arena = arena, .at = bytes, .end = bytes + size};
    json_auto_t *whole = json_object();
    if (!str_is_utf8(bytes, size)) {
        *problem = "it is not in UTF-8";
        return 1;
    }
    if (begins(&reading, "\xef\xbb\xbf")) {
        reading.at += 3;
    }
    int outcome = skip_around(&reading);
    if (outcome == 0 && !begins(&reading, "<")) {
        outcome = refuse(&reading, "it has no element");
    }
    outcome = outcome == 0 ? read_element(&reading, whole) : outcome;
    outcome = outcome == 0 ? skip_around(&reading) : outcome;
    if (outcome == 0 && reading.at < reading.end) {
        outcome = refuse(&reading, "something stands behind its root");
    }
    *problem = reading.problem;
    *value = iml_read(arena, whole, IML_DATES_AS_TEXT);
    return outcome;
}
