#include "server/tenant/subject.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "server/base/form.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/auth_method.h"
#include "server/oauth/basic.h"
#include "server/tenant/fingerprint.h"

#define BODY_DEPTH 64
#define FORM_TYPE "application/x-www-form-urlencoded"

/* One subject on its way to JSON. */
struct telling {
    struct arena *arena;
    const struct subject *subject;
    struct form query, form;
};

/* JSON is UTF-8, what comes need not be. */
static const char *as_text(struct arena *arena, const char *value)
{
    return str_is_utf8(value, strlen(value)) ? value : str_error_text(arena, value);
}

/* The first of that name. */
static const char *header_of(const struct subject *subject, const char *name)
{
    size_t i = 0;
    while (i < subject->header_count && strcasecmp(subject->headers[i].name, name) != 0) {
        i++;
    }
    return i < subject->header_count ? subject->headers[i].value : NULL;
}

static size_t type_size(const char *type)
{
    return type != NULL ? strcspn(type, "; \t") : 0;
}

static bool has_form(const struct subject *subject)
{
    const char *type = header_of(subject, "Content-Type");
    return type_size(type) == strlen(FORM_TYPE) &&
           strncasecmp(type, FORM_TYPE, strlen(FORM_TYPE)) == 0;
}

/* application/json, application/scim+json (RFC 6839 3.1) */
static bool has_json(const struct subject *subject)
{
    const char *type = header_of(subject, "Content-Type");
    size_t size = type_size(type);
    return size > 5 && strncasecmp(type + size - 4, "json", 4) == 0 &&
           (type[size - 5] == '/' || type[size - 5] == '+');
}

/* A field that is cut in the middle is none. */
static size_t whole_fields(const struct subject *subject)
{
    size_t size = subject->body_kept;
    while (size > 0 && size < subject->body_size && subject->body[size - 1] != '&') {
        size--;
    }
    return size;
}

/* What cannot be decoded leaves the form empty: the verdict says why. */
static void read_form(struct arena *arena, const char *bytes, size_t size, struct form *form)
{
    const char *bad_name;
    if (form_parse(arena, bytes, size, form, &bad_name) != FORM_OK) {
        *form = (struct form){0};
    }
}

static void read_forms(struct telling *telling)
{
    const struct subject *subject = telling->subject;
    if (subject->query != NULL) {
        read_form(telling->arena, subject->query, strlen(subject->query), &telling->query);
    }
    if (subject->body != NULL && has_form(subject)) {
        read_form(telling->arena, subject->body, whole_fields(subject), &telling->form);
    }
}

/* What comes again makes a list. */
static void add(json_t *object, const char *name, const char *value)
{
    json_t *before = json_object_get(object, name);
    if (before == NULL) {
        json_object_set_new(object, name, json_string(value));
        return;
    }
    if (!json_is_array(before)) {
        json_object_set_new(object, name, json_pack("[O]", before));
        before = json_object_get(object, name);
    }
    json_array_append_new(before, json_string(value));
}

static json_t *parameters_of(const struct telling *telling)
{
    json_t *parameters = json_object();
    const struct form *const forms[] = {&telling->query, &telling->form};
    for (size_t i = 0; i < COUNT(forms); i++) {
        for (size_t k = 0; k < forms[i]->count; k++) {
            const struct form_field *field = &forms[i]->fields[k];
            add(parameters, field->name,
                fingerprint_parameter(telling->arena, field->name, field->value));
        }
    }
    return parameters;
}

static const char *in_lower_case(struct arena *arena, const char *name)
{
    char *copy = arena_strdup(arena, as_text(arena, name));
    for (char *c = copy; *c != '\0'; c++) {
        *c = (char)tolower((unsigned char)*c);
    }
    return copy;
}

/* RFC 9110 5.3, RFC 9113 8.2.3: what comes again is one list. */
static json_t *headers_of(const struct telling *telling)
{
    struct arena *arena = telling->arena;
    json_t *headers = json_object();
    for (size_t i = 0; i < telling->subject->header_count; i++) {
        const struct header *header = &telling->subject->headers[i];
        const char *name = in_lower_case(arena, header->name);
        const char *value = fingerprint_header(arena, name, as_text(arena, header->value));
        const char *before = json_string_value(json_object_get(headers, name));
        const char *between = str_equal(name, "cookie") ? "; " : ", ";
        json_object_set_new(
            headers, name,
            json_string(before == NULL ? value
                                       : arena_printf(arena, "%s%s%s", before, between, value)));
    }
    return headers;
}

/* NULL: it is no JSON, or not all of it is here. */
static json_t *body_of(const struct telling *telling)
{
    const struct subject *subject = telling->subject;
    if (subject->body == NULL || subject->body_kept < subject->body_size || !has_json(subject)) {
        return NULL;
    }
    json_auto_t *body = json_loadb(subject->body, subject->body_size, JSON_DECODE_ANY, NULL);
    return body != NULL && json_is_within(body, BODY_DEPTH)
               ? fingerprint_json(telling->arena, NULL, body)
               : NULL;
}

static const char *field_of(const struct telling *telling, const char *name)
{
    const char *value = form_get(&telling->form, name);
    return value != NULL ? value : form_get(&telling->query, name);
}

/* RFC 6749 2.3: by the way in which it would authenticate. */
static const char *claimed_client(const struct telling *telling)
{
    const char *header = header_of(telling->subject, "Authorization");
    struct basic basic = {0};
    const struct credentials credentials = {
        .has_header = header != NULL && basic_read(telling->arena, header, &basic),
        .basic_id = basic.id,
        .body_id = field_of(telling, "client_id"),
        .body_secret = field_of(telling, "client_secret"),
        .assertion_type = field_of(telling, "client_assertion_type"),
        .assertion = field_of(telling, "client_assertion"),
    };
    const char *client = NULL;
    for (int i = 0; client == NULL && i < AUTH_METHOD__MAX; i++) {
        if (auth_method_table[i].is_used(&credentials)) {
            client = auth_method_table[i].client_id(telling->arena, &credentials);
        }
    }
    return client;
}

static const char *path_of(const struct telling *telling)
{
    const struct subject *subject = telling->subject;
    const char *path = subject->path;
    if (path == NULL || subject->secret == NULL) {
        return path;
    }
    return arena_printf(telling->arena, "%.*s%s", (int)(subject->secret - path), path,
                        fingerprint_text(telling->arena, subject->secret));
}

static void put_text(const struct telling *telling, json_t *object, const char *name,
                     const char *value)
{
    json_put_text(object, name, value != NULL ? as_text(telling->arena, value) : NULL);
}

static void put_who(const struct telling *telling, json_t *object)
{
    const struct subject *subject = telling->subject;
    const char *client = subject->client != NULL ? subject->client : claimed_client(telling);
    put_text(telling, object, "client_id", client);
    put_text(telling, object, "user", subject->user);
    if (json_array_size(subject->user_names) > 0) {
        json_object_set_new(object, "user_names", json_deep_copy(subject->user_names));
    }
    put_text(telling, object, "scope", subject->scope);
    if (subject->status != 0) {
        json_object_set_new(object, "status", json_integer(subject->status));
    }
    put_text(telling, object, "error", subject->error);
}

unsigned subject_parts_of(const json_t *match)
{
    return (json_object_get(match, "parameters") != NULL ? SUBJECT_PARAMETERS : 0u) |
           (json_object_get(match, "header") != NULL ? SUBJECT_HEADER : 0u) |
           (json_object_get(match, "body") != NULL ? SUBJECT_BODY : 0u);
}

static void put_parts(const struct telling *telling, unsigned parts, json_t *object)
{
    if ((parts & SUBJECT_PARAMETERS) != 0) {
        json_object_set_new(object, "parameters", parameters_of(telling));
    }
    if ((parts & SUBJECT_HEADER) != 0) {
        json_object_set_new(object, "header", headers_of(telling));
    }
    json_t *body = (parts & SUBJECT_BODY) != 0 ? body_of(telling) : NULL;
    if (body != NULL) {
        json_object_set_new(object, "body", body);
    }
}

void subject_put(struct arena *arena, const struct subject *subject, unsigned parts, json_t *object)
{
    struct telling telling = {.arena = arena, .subject = subject};
    read_forms(&telling);
    json_put_text(object, "endpoint", endpoint_words[subject->endpoint]);
    put_text(&telling, object, "operation", subject->operation);
    put_text(&telling, object, "method", subject->method);
    put_text(&telling, object, "path", path_of(&telling));
    put_text(&telling, object, "grant_type", field_of(&telling, "grant_type"));
    put_who(&telling, object);
    put_parts(&telling, parts, object);
    if (subject->body_size > 0) {
        json_object_set_new(object, "body_size", json_integer((json_int_t)subject->body_size));
    }
}

json_t *subject_json(struct arena *arena, const struct subject *subject)
{
    json_t *object = json_object();
    subject_put(arena, subject, SUBJECT_ALL, object);
    return object;
}
