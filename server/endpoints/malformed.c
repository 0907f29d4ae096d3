#include "server/endpoints/malformed.h"

#include <string.h>

#include "server/base/log.h"
#include "server/base/str.h"
#include "server/endpoints/realm.h"
#include "server/tenant/journal.h"

struct verdict malformed_verdict(void)
{
    return REFUSED(INVALID_REQUEST, .check = "malformed",
                   .detail = "this is no HTTP/1.1 request, or its head is too large",
                   .clause = "RFC 9112");
}

void malformed_log(const struct exchange *exchange)
{
    const struct verdict verdict = malformed_verdict();
    const struct log_field fields[] = {
        {.name = "request", .number = exchange->number != 0 ? &exchange->number : NULL},
        {.name = "error", .value = error_table[verdict.code].name},
        {.name = "check", .value = verdict.check},
        {.name = "detail", .value = verdict.detail},
        {.name = "clause", .value = verdict.clause},
    };
    log_event(LOG_INFO, "refused", fields, COUNT(fields));
}

void malformed_note(const struct site *site, const struct exchange *exchange)
{
    struct missing missing = {0};
    const char *path = exchange->request.path != NULL ? exchange->request.path : "";
    struct realm *realm = site_enter(site, exchange->request.arena, path, &missing);
    const struct verdict verdict = malformed_verdict();
    realm_read(realm);
    const char *base = realm->base_path;
    bool is_below = *base != '\0' && str_starts(path, base);
    struct journal_entry entry = {
        .subject = {.path = is_below ? path + strlen(base) : path,
                    .query = exchange->request.query},
        .at = clock_now_ms(&realm->tenant->clock),
        .verdict = &verdict,
    };
    int64_t number = journal_put(realm->journal, &entry);
    realm_unlock(realm);
    journal_end(realm->journal, number, REPLY_SENT, 0);
    realm_leave(realm);
}
