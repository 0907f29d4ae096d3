#include "server/tools/ctl_request.h"

#include <string.h>

#include "server/base/json.h"
#include "server/base/str.h"
#include "server/tools/usage.h"
#include "server/tools/value.h"

/* A request that is being made. */
struct making {
    struct arena *arena;
    const struct ctl_row *row;
    const struct given *given;
    const char **problem;
};

static bool has_body(const struct ctl_row *row)
{
    return row->method != CALL_GET && row->method != CALL_DELETE;
}

static bool is_in_path(const struct making *making, const char *word)
{
    return strstr(making->row->path, arena_printf(making->arena, "{%s}", word)) != NULL;
}

static bool is_sent_beside_path(const struct making *making, const struct given_value *value)
{
    return !value->option->local && !is_in_path(making, value->word);
}

/* RFC 3986 3.3: what was given is one segment, whatever it holds. */
static void put_path(const struct making *making, struct str_buf *path)
{
    for (const char *at = making->row->path; *at != '\0';) {
        size_t size = strcspn(at, "{");
        str_buf_put_n(path, at, size);
        at += size;
        if (*at == '{') {
            size = strcspn(at, "}");
            const char *word = arena_strndup(making->arena, at + 1, size - 1);
            str_buf_put(path, str_percent_encode(making->arena, given_text(making->given, word)));
            at += size + 1;
        }
    }
}

static int refuse(const struct making *making, const struct given_value *value, const char *problem)
{
    *making->problem =
        arena_printf(making->arena, "%s %s", usage_flag(making->arena, value->word), problem);
    return 1;
}

/* JSON as compact text, so that a file may hold it; others as they were given. */
static int text_to_send(const struct making *making, const struct given_value *value,
                        const char **text)
{
    json_t *read = NULL;
    const char *problem = NULL;
    *text = value->option->kind == OPTION_FLAG ? "1" : value->text;
    if (value->option->kind != OPTION_JSON) {
        return 0;
    }
    if (value_read(making->arena, value->option, value->text, &read, &problem) != 0) {
        return refuse(making, value, problem);
    }
    *text = json_text(making->arena, read, NULL);
    json_decref(read);
    return 0;
}

static int put_query(const struct making *making, struct str_buf *path)
{
    const char *sign = "?", *text = NULL;
    for (size_t i = 0; i < making->given->count; i++) {
        const struct given_value *value = &making->given->values[i];
        if (!is_sent_beside_path(making, value)) {
            continue;
        }
        if (text_to_send(making, value, &text) != 0) {
            return 1;
        }
        str_buf_printf(path, "%s%s=%s", sign, value->word, str_percent_encode(making->arena, text));
        sign = "&";
    }
    return 0;
}

/* "match.client_id" goes into the member `match`, which is made when nobody gave it. */
static int put_member(const struct making *making, json_t *body, const struct given_value *value)
{
    json_t *read = NULL;
    const char *problem = NULL;
    if (value_read(making->arena, value->option, value->text, &read, &problem) != 0) {
        return refuse(making, value, problem);
    }
    json_t *into = body;
    const char *dot = strchr(value->word, '.');
    const char *member = dot == NULL ? value->word : dot + 1;
    if (dot != NULL) {
        const char *outer = arena_strndup(making->arena, value->word, (size_t)(dot - value->word));
        into = json_object_get(body, outer);
        if (into == NULL) {
            into = json_object();
            json_object_set_new(body, outer, into);
        }
    }
    /* Fails, and forgets the value, when --match gave what is no object. */
    return json_object_set_new(into, member, read) == 0
               ? 0
               : refuse(making, value, "needs an object beside it");
}

static int put_members(const struct making *making, json_t *body, bool deeper)
{
    for (size_t i = 0; i < making->given->count; i++) {
        const struct given_value *value = &making->given->values[i];
        bool is_deeper = strchr(value->word, '.') != NULL;
        if (is_sent_beside_path(making, value) && is_deeper == deeper &&
            put_member(making, body, value) != 0) {
            return 1;
        }
    }
    return 0;
}

/* A row with nothing to take sends no body at all, or always the same. */
static int make_body(const struct making *making, const char **text)
{
    const struct ctl_row *row = making->row;
    json_auto_t *body = json_object();
    if (put_members(making, body, false) != 0 || put_members(making, body, true) != 0) {
        return 1;
    }
    const json_t *whole = json_object_get(body, "record");
    bool takes = row->usage.options != NULL || json_object_size(body) > 0;
    *text = row->body;
    if (row->body == NULL && takes) {
        *text = json_text(making->arena, whole != NULL ? whole : body, NULL);
    }
    return 0;
}

int ctl_request_make(struct arena *arena, const struct ctl_row *row, const struct given *given,
                     struct ctl_request *request, const char **problem)
{
    const struct making making = {arena, row, given, problem};
    struct str_buf path;
    str_buf_init(&path, arena);
    put_path(&making, &path);
    *request = (struct ctl_request){0};
    if (has_body(row) && make_body(&making, &request->body) != 0) {
        return 1;
    }
    if (!has_body(row) && put_query(&making, &path) != 0) {
        return 1;
    }
    request->path = str_buf_text(&path);
    return 0;
}
