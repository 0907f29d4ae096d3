/* HTML text, and templates with named holes. */
#ifndef MAKESHIFT_BASE_HTML_H
#define MAKESHIFT_BASE_HTML_H

#include "server/base/str.h"

/* Escapes & < > " ' so that the text may stand in an element or a quoted attribute. */
char *html_escape(struct arena *arena, const char *text);

/* What a page of HTML says to a reader, in its <main> if it has one: without its head, its tags,
 * its styles and scripts, a space for each run of space, and of that at most `most` bytes. "": it
 * says nothing. */
const char *html_text(struct arena *arena, const char *html, size_t most);

/* A template's holes: {{name}} is replaced by the escaped value, {{{name}}} by the value as it is
 * (HTML made elsewhere by these functions), {{#name}}...{{/name}} stays only when the value is
 * there and not empty, {{^name}}...{{/name}} only when it is not. Blocks nest. A hole without a
 * value is empty. */
struct html_value {
    const char *name;
    const char *value; /* NULL: not there */
};
char *html_fill(struct arena *arena, const char *template, const struct html_value *values,
                size_t count);

#endif
