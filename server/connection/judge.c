/* An answer against its directive's `response`, and what is kept of it. */
#include <stdlib.h>
#include <string.h>

#include "server/base/html.h"
#include "server/base/str.h"
#include "server/base/url.h"
#include "server/connection/collection.h"
#include "server/connection/secrets.h"
#include "server/connection/turn.h"
#include "server/connection/xml.h"
#include "server/iml/write.h"

#define SHOWN_MAX 200                  /* bytes of a body in a message */
#define READ_MAX 4096                  /* bytes of a page's text, from which that is taken */
#define BYTE_ORDER_MARK "\xEF\xBB\xBF" /* RFC 8259 8.1: a reader may ignore it */

/* How many statuses a name stands for: "404", "400-499", "*"; 0: this one is none of them. */
static long width_of(const char *name, long status)
{
    char *end = NULL;
    if (str_equal(name, "*")) {
        return 999;
    }
    long from = strtol(name, &end, 10);
    long to = *end == '-' ? strtol(end + 1, NULL, 10) : from;
    return status >= from && status <= to ? to - from + 1 : 0;
}

/* The member of an object that goes by a status: of several, the one that stands for fewest. */
static json_t *by_status(json_t *object, long status)
{
    const char *name;
    json_t *value, *found = NULL;
    long least = 0;
    json_object_foreach(object, name, value)
    {
        long width = width_of(name, status);
        if (width > 0 && (found == NULL || width < least)) {
            found = value;
            least = width;
        }
    }
    return found;
}

/* What the answer is read as: what the directive says, or its Content-Type. */
static const char *type_of(const struct turn *turn, json_t *response)
{
    json_t *type = json_object_get(response, "type");
    const json_t *said = json_is_object(type) ? by_status(type, turn->incoming.status) : type;
    const char *word = json_string_value(said);
    if (word != NULL && !str_equal(word, "automatic")) {
        return word;
    }
    const char *content = collection_text(turn->iml.arena, &turn->incoming.headers, "content-type");
    return strstr(content, "json") != NULL                            ? "automatic json"
           : str_starts(content, "application/x-www-form-urlencoded") ? "urlencoded"
           : str_starts(content, "application/xml") || str_starts(content, "text/xml") ? "xml"
           : str_starts(content, "text/")                                              ? "text"
                                          : "automatic";
}

/* What is no UTF-8 in a text, and a NUL, become U+FFFD, so that the rest can be read. */
static struct iml_value text_of(struct arena *arena, const char *bytes, size_t size)
{
    struct str_buf out;
    str_buf_init(&out, arena);
    for (size_t at = 0; at < size;) {
        size_t sound = str_utf8_prefix(bytes + at, size - at);
        str_buf_put_n(&out, bytes + at, sound);
        at += sound;
        if (at < size) {
            str_buf_put(&out, "\xef\xbf\xbd");
            at++;
        }
    }
    return iml_text_n(str_buf_text(&out), out.size);
}

/* A file, such as an image, stays as it is. */
static struct iml_value unread(const struct turn *turn, const char *type)
{
    const struct incoming *incoming = &turn->incoming;
    bool is_file =
        str_equal(type, "binary") || (!str_is_utf8(incoming->body, incoming->size) &&
                                      (str_equal(type, "automatic") || str_equal(type, "raw")));
    return is_file ? iml_buffer(incoming->body, incoming->size)
                   : text_of(turn->iml.arena, incoming->body, incoming->size);
}

/* Each reads the body: 0; 1: it is none, and `*flaw` says where it goes wrong if it begins as one:
 * it may hold tokens, and is not shown then. */
static int read_json(struct turn *turn, const char **flaw)
{
    json_error_t error = {.line = 0};
    const char *body = turn->incoming.body;
    size_t mark = str_starts(body, BYTE_ORDER_MARK) ? strlen(BYTE_ORDER_MARK) : 0;
    json_auto_t *json =
        json_loadb(body + mark, turn->incoming.size - mark, JSON_DECODE_ANY | IML_JSON, &error);
    if (json != NULL) {
        turn->body = iml_read(turn->iml.arena, json, IML_DATES_AS_TEXT);
        return 0;
    }
    if (error.line > 0 && strchr("{[", body[mark]) != NULL) {
        *flaw = arena_printf(turn->iml.arena, "it goes wrong in line %d, column %d", error.line,
                             error.column);
    }
    return 1;
}

static int read_form(struct turn *turn, const char **flaw)
{
    struct iml_value body = {0};
    bool is_page = strchr(turn->incoming.body, '<') != NULL;
    if (collection_of_form(turn->iml.arena, turn->incoming.body, turn->incoming.size, &body,
                           flaw) != 0) {
        *flaw = is_page ? NULL : *flaw;
        return 1;
    }
    turn->body = body;
    return 0;
}

static int read_xml(struct turn *turn, const char **flaw)
{
    const char *problem = NULL;
    struct iml_value body = {0};
    if (xml_read(turn->iml.arena, turn->incoming.body, turn->incoming.size, &body, &problem) != 0) {
        *flaw = *turn->incoming.body == '<' ? problem : NULL;
        return 1;
    }
    turn->body = body;
    return 0;
}

/* TABLE of the types that are not taken as they come. */
static const struct body_type {
    const char *end;  /* of the type's word */
    const char *says; /* "the answer is no ..." */
    int (*read)(struct turn *turn, const char **flaw);
} body_type_table[] = {
    {.end = "json", .says = "JSON", .read = read_json},
    {.end = "urlencoded", .says = "form", .read = read_form},
    {.end = "xml", .says = "XML", .read = read_xml},
};

/* Where an answer is wrong that is not what it says. */
static const char *flaw_of(const struct turn *turn, const char *flaw)
{
    struct arena *arena = turn->iml.arena;
    const char *body = turn->incoming.body;
    size_t size = turn->incoming.size, sound = str_utf8_prefix(body, size);
    const char *begin = arena_strndup(arena, body, str_utf8_prefix(body, size < 40 ? size : 40));
    if (sound < size && body[sound] != '\0') {
        const char *type = collection_text(arena, &turn->incoming.headers, "content-type");
        return arena_printf(arena, "byte %zu is no UTF-8 (its Content-Type is '%.100s')", sound + 1,
                            type);
    }
    return flaw != NULL
               ? flaw
               : arena_printf(arena, "it begins with '%s'", secrets_masked_text(arena, begin));
}

/* The body as its type says; an answer of nothing has none. */
static int read_body(struct turn *turn, json_t *response)
{
    const char *type = type_of(turn, response), *flaw = NULL;
    const struct body_type *row = body_type_table;
    const struct body_type *behind = body_type_table + COUNT(body_type_table);
    turn->body = unread(turn, type);
    while (row < behind && !str_ends(type, row->end)) {
        row++;
    }
    /* An error's body is shown as it is. */
    if (turn->incoming.size == 0 || row == behind || row->read(turn, &flaw) == 0 ||
        turn->incoming.status >= 400) {
        return ENGINE_DONE;
    }
    turn->body = iml_text("(unreadable)");
    return turn_fail(turn,
                     &(struct turn_fault){
                         .pointer = arena_printf(turn->iml.arena, "%s/response/type", turn->place),
                         .why = arena_printf(turn->iml.arena, "the answer is no %s; %s", row->says,
                                             flaw_of(turn, flaw)),
                         .name = "DataError"});
}

static const char *class_of(long status)
{
    return status == 429 ? "RateLimitError" : status >= 500 ? "ConnectionError" : "RuntimeError";
}

/* Secrets are masked while they are whole. */
static const char *beginning_of(const struct turn *turn, const char *text)
{
    struct arena *arena = turn->iml.arena;
    const char *shown = known_hide(&turn->engine->known, arena, secrets_masked_text(arena, text));
    return arena_strndup(arena, shown, str_utf8_prefix(shown, strnlen(shown, SHOWN_MAX)));
}

/* The body as JSON, as Make shows it where response.error says nothing. */
static const char *body_shown(const struct turn *turn)
{
    struct str_buf text;
    str_buf_init(&text, turn->iml.arena);
    iml_write_json(&text, &turn->body, IML_DATES_AS_TEXT);
    return beginning_of(turn, str_buf_text(&text));
}

/* The same in our own words, where a page of HTML is its text. */
static const char *body_told(const struct turn *turn)
{
    const char *type = collection_text(turn->iml.arena, &turn->incoming.headers, "content-type");
    const char *text = turn->body.type == IML_TEXT && str_starts(type, "text/html")
                           ? html_text(turn->iml.arena, turn->body.bytes, READ_MAX)
                           : "";
    return *text == '\0' ? body_shown(turn) : beginning_of(turn, text);
}

/* What is known to be behind a refusal, in words that mend it. */
static const char *advice(const struct turn *turn)
{
    const char *asks =
        collection_text(turn->iml.arena, &turn->incoming.headers, "www-authenticate");
    bool has_error = json_object_get(json_object_get(turn->directive, "response"), "error") != NULL;
    if (turn->incoming.status == 401 && strncasecmp(asks, "Basic", 5) == 0 &&
        iml_member(&turn->outgoing.headers, "authorization").type == IML_UNDEFINED &&
        iml_member(&turn->outgoing.headers, "Authorization").type == IML_UNDEFINED) {
        return "; the server asks for the secret by HTTP Basic, and it was sent in the body";
    }
    if (turn->incoming.status == 401 && turn->is_signed) {
        return "; the request is signed by OAuth 1: compare consumer_key, consumer_secret, token, "
               "token_secret and signature_method with what the server knows";
    }
    if (!has_error) {
        return "; without response.error Make shows this alone";
    }
    return "";
}

/* The status is one of an error: what response.error makes of it. */
static int judge_status(struct turn *turn, json_t *response)
{
    json_t *error = json_object_get(response, "error");
    json_t *own = json_is_object(error) ? by_status(error, turn->incoming.status) : NULL;
    json_t *chosen = own != NULL ? own : error;
    struct arena *arena = turn->iml.arena;
    struct iml_value message = {0}, type = {0};
    json_auto_t *holder = json_object();
    if (turn->incoming.status < 400) {
        return ENGINE_DONE;
    }
    json_object_set(holder, "message",
                    json_is_object(chosen) ? json_object_get(chosen, "message") : chosen);
    json_object_set(holder, "type",
                    json_is_object(chosen) ? json_object_get(chosen, "type") : NULL);
    if (turn_fill(turn, holder, "/response/error", "message", &message) != ENGINE_DONE ||
        turn_fill(turn, holder, "/response/error", "type", &type) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    const struct iml_value both =
        iml_collection((const struct iml_member[]){{.name = "message", .value = message},
                                                   {.name = "type", .value = type}},
                       2);
    const char *text =
        iml_is_there(&message) ? collection_text(arena, &both, "message") : body_shown(turn);
    const char *shown = arena_printf(arena, "[%ld] %s", turn->incoming.status, text);
    return turn_fail(
        turn, &(struct turn_fault){
                  .pointer = turn->place,
                  .why = arena_printf(arena, "%s %s answered %ld: %s%s", turn->outgoing.method,
                                      url_shown(arena, turn->outgoing.url), turn->incoming.status,
                                      body_told(turn), advice(turn)),
                  .shown = shown,
                  .name = iml_is_there(&type) ? collection_text(arena, &both, "type")
                                              : class_of(turn->incoming.status)});
}

static int judge_valid(struct turn *turn, json_t *response)
{
    json_t *valid = json_object_get(response, "valid");
    bool is_object = json_is_object(valid);
    struct iml_value condition = {0}, message = {0};
    if (valid == NULL) {
        return ENGINE_DONE;
    }
    if (turn_fill(turn, is_object ? valid : response, is_object ? "/response/valid" : "/response",
                  is_object ? "condition" : "valid", &condition) != ENGINE_DONE ||
        (is_object &&
         turn_fill(turn, valid, "/response/valid", "message", &message) != ENGINE_DONE)) {
        return ENGINE_FAILED;
    }
    if (iml_is_true(&condition)) {
        return ENGINE_DONE;
    }
    const char *type = json_string_value(json_object_get(valid, "type"));
    const char *said = message.type == IML_TEXT ? message.bytes : "Response marked as invalid.";
    return turn_fail(turn,
                     &(struct turn_fault){
                         .pointer = arena_printf(turn->iml.arena, "%s/response/valid", turn->place),
                         .why = "the answer came, and response.valid refused it",
                         .shown = said,
                         .name = type});
}

/* What the response says in the place of what was kept. */
static int keep_one(struct turn *turn, json_t *response, const char *name, struct iml_value *kept)
{
    struct iml_value value = {0};
    if (turn_fill(turn, response, "/response", name, &value) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    *kept = iml_is_there(&value) ? value : *kept;
    return ENGINE_DONE;
}

/* Of what was there, or of what comes to it, before and after they are merged. */
static int judge_size(struct turn *turn, const struct iml_value *data)
{
    struct str_buf text;
    str_buf_init(&text, turn->iml.arena);
    iml_write_json(&text, data, IML_DATES_AS_TEXT);
    return text.size <= ENGINE_DATA_MAX
               ? ENGINE_DONE
               : turn_fail(turn, &(struct turn_fault){
                                     .pointer = arena_printf(turn->iml.arena, "%s/response/data",
                                                             turn->place),
                                     .why = "the connection's data would be larger than 64 KiB",
                                     .name = "OutOfSpaceError"});
}

static int keep_data(struct turn *turn, json_t *response)
{
    struct iml_value data = {0};
    if (turn_fill(turn, response, "/response", "data", &data) != ENGINE_DONE ||
        judge_size(turn, &data) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    turn->kept.data = collection_merged(turn->iml.arena, &turn->kept.data, &data);
    return judge_size(turn, &turn->kept.data);
}

static int keep(struct turn *turn, json_t *response)
{
    struct arena *arena = turn->iml.arena;
    struct iml_value temp = {0}, scope = {0};
    if (turn_fill(turn, response, "/response", "temp", &temp) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    turn->temp = collection_merged(arena, &turn->temp, &temp);
    turn_show_answer(turn);
    if (keep_data(turn, response) != ENGINE_DONE ||
        keep_one(turn, response, "expires", &turn->kept.expires) != ENGINE_DONE ||
        keep_one(turn, response, "uid", &turn->kept.uid) != ENGINE_DONE ||
        keep_one(turn, response, "metadata", &turn->kept.metadata) != ENGINE_DONE ||
        turn_fill(turn, response, "/response", "scope", &scope) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    scope = scope.type == IML_TEXT ? collection_words(arena, scope.bytes) : scope;
    if (scope.type == IML_ARRAY && scope.size > 0 && turn->step != STEP_REFRESH) {
        turn->kept.scope = scope;
    }
    return ENGINE_DONE;
}

int turn_judge(struct turn *turn)
{
    json_t *response = json_object_get(turn->directive, "response");
    if (turn->query.type == IML_UNDEFINED && read_body(turn, response) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    turn_show_answer(turn);
    if (judge_status(turn, response) != ENGINE_DONE || judge_valid(turn, response) != ENGINE_DONE) {
        return ENGINE_FAILED;
    }
    return keep(turn, response);
}
