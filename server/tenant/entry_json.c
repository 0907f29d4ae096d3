/* An entry as it is read. */
#include "server/tenant/entry.h"

#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/form.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/oauth/about.h"
#include "server/tenant/fingerprint.h"

const char *const journal_reply_words[REPLY__MAX] = {
    [REPLY_PENDING] = "pending",
    [REPLY_SENT] = "sent",
    [REPLY_CUT] = "cut",
    [REPLY_DROPPED] = "dropped",
};

/* 2026-01-01T00:00:00.250Z */
static const char *instant(struct arena *arena, int64_t ms)
{
    char date[CLOCK_ISO_SIZE];
    clock_iso_date(ms / 1000, date);
    return arena_printf(arena, "%.19s.%03dZ", date, (int)(ms % 1000));
}

static void put_text(json_t *object, const char *name, const char *value)
{
    if (value != NULL && str_is_utf8(value, strlen(value))) {
        json_put_text(object, name, value);
    }
}

static void put_number(json_t *object, const char *name, int64_t number)
{
    if (number != 0) {
        json_object_set_new(object, name, json_integer(number));
    }
}

static void put_verdict(json_t *object, const struct entry *entry)
{
    static const struct {
        const char *name;
        enum entry_text text;
    } members[] = {{"check", ENTRY_CHECK},
                   {"expected", ENTRY_EXPECTED},
                   {"actual", ENTRY_ACTUAL},
                   {"clause", ENTRY_CLAUSE},
                   {"detail", ENTRY_DETAIL}};
    json_t *verdict = json_object();
    for (size_t i = 0; i < COUNT(members); i++) {
        put_text(verdict, members[i].name, entry_text(entry, members[i].text));
    }
    if (json_object_size(verdict) > 0) {
        json_object_set_new(object, "verdict", verdict);
        return;
    }
    json_decref(verdict);
}

static void put_happened(json_t *object, const struct entry *entry)
{
    json_t *happened = json_array();
    for (int i = 0; i < HAPPENED__MAX; i++) {
        if ((entry->happened & 1u << i) != 0) {
            json_array_append_new(happened, json_string(happening_names[i]));
        }
    }
    json_object_set_new(object, "happened", happened);
}

static void issue(struct arena *arena, json_t *issued, const char *name, const char *value)
{
    if (value != NULL && *value != '\0' && fingerprint_hides(name, value)) {
        json_object_set_new(issued, name, json_string(fingerprint_text(arena, value)));
    }
}

static void put_issued_by_location(struct arena *arena, json_t *issued, const char *location)
{
    location += strcspn(location, "?#");
    while (*location != '\0') {
        struct form form = {0};
        const char *bad_name;
        size_t size = strcspn(++location, "?#");
        if (form_parse(arena, location, size, &form, &bad_name) == FORM_OK) {
            for (size_t i = 0; i < form.count; i++) {
                issue(arena, issued, form.fields[i].name, form.fields[i].value);
            }
        }
        location += size;
    }
}

static void put_issued_by_answer(struct arena *arena, json_t *object, json_t *issued,
                                 const struct entry *entry)
{
    json_auto_t *answer = json_loadb(entry->bytes + entry->answer, entry->answer_size, 0, NULL);
    const char *name;
    json_t *value;
    json_object_foreach(answer, name, value)
    {
        issue(arena, issued, name, json_string_value(value));
    }
    put_number(object, "expires_in", json_integer_value(json_object_get(answer, "expires_in")));
}

static void put_issued(struct arena *arena, json_t *object, const struct entry *entry)
{
    const char *location = entry_text(entry, ENTRY_LOCATION);
    json_t *issued = json_object();
    if (location != NULL) {
        put_text(object, "location", fingerprint_url(arena, location));
        put_issued_by_location(arena, issued, location);
    }
    if (entry->answer != 0) {
        put_issued_by_answer(arena, object, issued, entry);
    }
    json_object_set_new(object, "issued", issued);
}

/* The names of the parameters that came in the URL, where others read them. */
static void put_query(struct arena *arena, json_t *object, const char *query)
{
    struct form form = {0};
    const char *bad_name;
    if (query == NULL || form_parse(arena, query, strlen(query), &form, &bad_name) != FORM_OK) {
        return;
    }
    json_t *names = json_array();
    for (size_t i = 0; i < form.count; i++) {
        json_array_append_new(names, json_string(form.fields[i].name));
    }
    json_object_set_new(object, "query", names);
}

json_t *entry_json(struct arena *arena, const struct entry *entry, const json_t *user_names)
{
    json_t *object = json_object();
    struct subject subject = entry_subject(arena, entry);
    subject.user_names = user_names;
    json_object_set_new(object, "id", json_integer(entry->number));
    json_put_text(object, "at", instant(arena, entry->at));
    json_object_set_new(object, "duration_us", json_integer(atomic_load(&entry->duration)));
    put_text(object, "request_id", entry_text(entry, ENTRY_REQUEST_ID));
    subject_put(arena, &subject, SUBJECT_ALL, object);
    if (entry->body_kept < entry->body_size) {
        json_object_set_new(object, "body_cut", json_true());
    }
    put_query(arena, object, entry_text(entry, ENTRY_QUERY));
    put_text(object, "traceparent",
             json_string_value(json_object_get(json_object_get(object, "header"), "traceparent")));
    put_number(object, "grant", entry->grant);
    put_number(object, "generation", entry->generation);
    put_happened(object, entry);
    put_verdict(object, entry);
    put_issued(arena, object, entry);
    put_text(object, "retry_after", entry_text(entry, ENTRY_RETRY_AFTER));
    put_number(object, "fault", entry->fault);
    put_number(object, "latch", entry->latch);
    json_put_text(object, "reply", journal_reply_words[atomic_load(&entry->reply)]);
    return object;
}
