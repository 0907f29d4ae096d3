#include "server/endpoints/control/door.h"

#include <string.h>

#include "server/base/duration.h"
#include "server/base/json.h"
#include "server/base/nearest.h"
#include "server/base/str.h"
#include "server/endpoints/answer.h"
#include "server/endpoints/control/change_log.h"
#include "server/endpoints/control/query.h"
#include "server/endpoints/cors.h"
#include "server/endpoints/handlers.h"

#define NESTED_MAX 32            /* lists and objects in each other, in a body */
#define WAIT_MAX INT64_C(600000) /* milliseconds */

const struct shape door_wait_shape = {
    .type = SHAPE_DURATION, .min = 0, .max = WAIT_MAX, .expected = "a duration up to 10m"};

const struct door_operation *door_operation_at(size_t index)
{
    if (index < door_count) {
        return &door_table[index];
    }
    return index - door_count < door_things_count ? &door_things[index - door_count] : NULL;
}

/* One segment of a path in the table against one that came; with braces it is an argument. */
static bool take_segment(struct door *door, size_t *arguments, const char *path, size_t path_size,
                         const char *at, size_t size)
{
    if (path[0] != '{') {
        return path_size == size && strncmp(path, at, size) == 0;
    }
    if (size == 0) {
        return false;
    }
    const char *end = at + size;
    char *text = arena_alloc(door->call->arena, size + 1);
    size_t count = 0;
    while (at < end) {
        int byte = str_percent_next(&at, end);
        if (byte <= 0) {
            return false;
        }
        text[count++] = (char)byte;
    }
    text[count] = '\0';
    door->arguments[(*arguments)++] = text;
    return str_is_utf8(text, count);
}

static bool fits(struct door *door, const char *path, const char *at)
{
    size_t arguments = 0;
    for (;;) {
        size_t path_size = strcspn(path, "/"), size = strcspn(at, "/");
        if (!take_segment(door, &arguments, path, path_size, at, size)) {
            return false;
        }
        path += path_size;
        at += size;
        if (*path == '\0' || *at == '\0') {
            return *path == *at;
        }
        path++;
        at++;
    }
}

/* Some are at the root alone. */
static bool is_here(const struct door *door, const struct door_operation *operation)
{
    return !operation->root_only || door->call->realm->door_path[0] == '\0';
}

static size_t arguments_of(const char *path)
{
    size_t count = 0;
    for (; *path != '\0'; path++) {
        count += *path == '{';
    }
    return count;
}

/* The path of the table that this one is: words come before arguments, so that keys/rotate is no
 * kid (OpenAPI 3.1 4.8.8.2). NULL: there is none. */
static const char *path_at(struct door *door, const char *rest)
{
    const char *path = NULL;
    const struct door_operation *operation;
    for (size_t i = 0; (operation = door_operation_at(i)) != NULL; i++) {
        bool is_better = path == NULL || arguments_of(operation->path) < arguments_of(path);
        if (is_better && is_here(door, operation) && fits(door, operation->path, rest)) {
            path = operation->path;
        }
    }
    (void)(path != NULL && fits(door, path, rest)); /* the arguments are those of this one */
    return path;
}

static bool is_asked(const struct door_operation *operation, enum method method)
{
    return operation->method == method ||
           (operation->method == METHOD_GET && method == METHOD_HEAD);
}

static const char *methods_of(struct arena *arena, const char *path)
{
    struct str_buf methods;
    str_buf_init(&methods, arena);
    const struct door_operation *operation;
    for (size_t i = 0; (operation = door_operation_at(i)) != NULL; i++) {
        if (str_equal(operation->path, path)) {
            str_buf_printf(&methods, "%s%s", methods.size > 0 ? ", " : "",
                           method_names[operation->method]);
        }
    }
    return str_buf_text(&methods);
}

static struct verdict refuse_path(const struct door *door, const char *rest)
{
    struct nearest nearest;
    nearest_init(&nearest, rest);
    const struct door_operation *operation;
    for (size_t i = 0; (operation = door_operation_at(i)) != NULL; i++) {
        if (is_here(door, operation)) {
            nearest_offer(&nearest, operation->path);
        }
    }
    const char *meant = nearest_text(&nearest);
    return REFUSED(NOT_FOUND, .check = "path",
                   .detail =
                       arena_printf(door->call->arena, "the control door has nothing at '%s'%s%s%s",
                                    rest, meant == NULL ? "" : ", did you mean '",
                                    meant == NULL ? "" : meant, meant == NULL ? "" : "'?"),
                   .nearest = meant, .actual = rest, .clause = "RFC 9110 15.5.5");
}

static struct verdict find(struct door *door, const char *rest, const struct door_operation **found)
{
    const struct call *call = door->call;
    const char *path = path_at(door, rest);
    const struct door_operation *operation;
    if (path == NULL) {
        return refuse_path(door, rest);
    }
    for (size_t i = 0; (operation = door_operation_at(i)) != NULL; i++) {
        if (str_equal(operation->path, path) && is_asked(operation, call->request->method)) {
            *found = operation;
            return ALLOWED;
        }
    }
    const char *methods = methods_of(call->arena, path);
    response_set(call->response, "Allow", methods);
    return REFUSED(METHOD_NOT_ALLOWED, .check = "method",
                   .detail = arena_printf(call->arena, "'%s' takes %s", rest, methods),
                   .expected = methods, .clause = "RFC 9110 15.5.6");
}

static struct verdict refuse_json(const char *detail)
{
    return REFUSED(NO_JSON, .check = "body", .detail = detail, .expected = "application/json",
                   .clause = "RFC 8259 2");
}

static struct verdict read_body(struct door *door, const struct door_operation *operation)
{
    struct arena *arena = door->call->arena;
    const struct request *request = door->call->request;
    struct shape_fault fault = {0};
    json_error_t error;
    if (request->body_size == 0 && (operation->body == NULL || operation->body_optional)) {
        return ALLOWED;
    }
    if (operation->body == NULL) {
        return refuse_json("this call takes no body");
    }
    /* A form of another site's page is sent without asking; JSON is not (Fetch 4.8). */
    if (!request_is(request, "application/json")) {
        const char *type = request_header(request, "Content-Type");
        return REFUSED(NO_JSON, .check = "content_type",
                       .detail = "send JSON, with Content-Type: application/json",
                       .expected = "application/json",
                       .actual = type == NULL ? "no Content-Type" : type, .clause = "RFC 9110 8.3");
    }
    json_t *body = json_loadb(request->body, request->body_size,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
    if (body == NULL) {
        return refuse_json(arena_printf(arena, "line %d, column %d: %s", error.line, error.column,
                                        str_error_text(arena, error.text)));
    }
    door->body = body;
    if (!json_is_within(body, NESTED_MAX)) {
        return door_refuse(door, "", "at most 32 lists and objects in each other", NULL);
    }
    if (shape_judge(arena, operation->body, body, &fault) != 0) {
        return door_refuse_fault(&fault);
    }
    return ALLOWED;
}

/* RFC 9110 8.3: a page of another site says in these that it is one. */
static struct verdict check_site(const struct call *call)
{
    const char *site = request_header(call->request, "Sec-Fetch-Site");
    if (site == NULL || str_equal(site, "same-origin") || str_equal(site, "none")) {
        return ALLOWED;
    }
    return REFUSED(FORBIDDEN_ORIGIN, .check = "sec_fetch_site",
                   .detail = "a page of another site called the control door",
                   .expected = "same-origin or none", .actual = site, .clause = "Fetch Metadata 2");
}

/* `operation` NULL: there is none. */
static struct verdict admit(const struct call *call, const struct door_operation *operation)
{
    TRY(check_site(call));
    return operation != NULL && operation->open ? ALLOWED : lock_check(&call->site->lock, call);
}

/* Of `wait`, in the query or in the body, which have been judged: milliseconds. */
static int64_t wait_of(const struct door *door)
{
    const char *text = door_query(door, "wait");
    const json_t *said = json_object_get(door->body, "wait");
    int64_t ms = 0;
    bool waits = text != NULL ? duration_parse(text, &ms) == 0
                              : said != NULL && duration_read(said, &ms) == 0;
    return waits ? ms : 0;
}

/* Whether the word stands anywhere in it: most calls are told by that alone. */
static bool may_wait(const struct request *request)
{
    return (request->query != NULL && strstr(request->query, "wait=") != NULL) ||
           (request->body != NULL &&
            memmem(request->body, request->body_size, "\"wait\"", strlen("\"wait\"")) != NULL);
}

/* Who is to be refused does not wait. */
static bool waits(struct door *door, int64_t waited)
{
    const struct door_operation *operation = NULL;
    return find(door, door->call->segment, &operation).code == ERROR_NONE && operation != NULL &&
           operation->is_so != NULL && cors_lock(door->call->request).code == ERROR_NONE &&
           admit(door->call, operation).code == ERROR_NONE &&
           query_check(door, operation).code == ERROR_NONE &&
           read_body(door, operation).code == ERROR_NONE && wait_of(door) > waited &&
           !operation->is_so(door);
}

/* Read anew each time it is asked: a request that waits holds nothing but itself. */
int64_t door_wait(struct call *call, int64_t waited, int64_t looked_to)
{
    struct door door = {.call = call, .looked_to = looked_to};
    int64_t left = may_wait(call->request) && waits(&door, waited) ? wait_of(&door) - waited : 0;
    json_decref(door.body);
    return left;
}

/* What a handler sees of its tenant is what holds while it runs. */
static struct verdict run(struct door *door, const struct door_operation *operation)
{
    struct call *call = door->call;
    struct realm *realm = call->realm;
    if (operation->lock == DOOR_BESIDE) {
        return operation->handle(door);
    }
    if (operation->lock == DOOR_CHANGES) {
        realm_write(realm);
    } else {
        realm_read(realm);
    }
    call_see(call);
    struct verdict verdict = operation->handle(door);
    call_see(call); /* the answer's Date is of the clock that was set */
    realm_unlock(realm);
    return verdict;
}

/* Whoever waits for a fault or latch that is gone waits no more. */
static void tell_change(const struct door *door, const struct door_operation *operation)
{
    if (operation->method != METHOD_GET && !operation->only_asks) {
        change_log(door);
        watchers_tell(&door->call->realm->delayed);
    }
}

static struct verdict carry_out(struct door *door, const struct door_operation *operation)
{
    TRY(query_check(door, operation));
    TRY(read_body(door, operation));
    TRY(run(door, operation));
    if (door->call->response->status < 400) {
        tell_change(door, operation);
    }
    return ALLOWED;
}

static struct verdict handle(struct door *door)
{
    const struct door_operation *operation = NULL;
    struct verdict found = find(door, door->call->segment, &operation);
    TRY(admit(door->call, operation));
    TRY(found);
    return operation != NULL ? carry_out(door, operation) : refuse_path(door, door->call->segment);
}

struct verdict door_handle(struct call *call)
{
    struct door door = {.call = call};
    struct verdict verdict = handle(&door);
    json_decref(door.body);
    return verdict;
}
