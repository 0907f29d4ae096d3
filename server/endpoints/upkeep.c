#include "server/endpoints/upkeep.h"

#include <stdatomic.h>

#include "server/endpoints/template.h"

/* Who reads one journal after the other. */
struct journal_reader {
    const char *tenant;
    void (*visit)(void *context, const json_t *entry);
    void *context;
};

static bool show_entry(void *context, const struct journal_item *item)
{
    const struct journal_reader *reader = context;
    json_auto_t *entry = json_pack("{s:s}", "tenant", reader->tenant);
    json_object_update(entry, item->json);
    reader->visit(reader->context, entry);
    return true;
}

void upkeep_read_journals(const struct site *site,
                          void (*visit)(void *context, const json_t *entry), void *context)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    size_t count;
    struct realm **realms = registry_all(site->registry, arena, &count);
    for (size_t i = 0; i < count; i++) {
        struct journal_reader reader = {
            .tenant = realms[i]->name, .visit = visit, .context = context};
        realm_read(realms[i]);
        const bool is_awake = atomic_load(&realms[i]->is_awake);
        const struct journal_query query = {.tenant = is_awake ? realms[i]->tenant : NULL};
        journal_each(realms[i]->journal, &query, show_entry, &reader);
        realm_unlock(realms[i]);
        realm_leave(realms[i]);
    }
}

int upkeep_image(const struct site *site, struct db_image *image)
{
    return realm_image(site->first, site->maker, image);
}

/* Judged before anybody has to wait. */
int upkeep_renew(const struct site *site, const char *text, struct arena *arena, const char **why)
{
    struct realm *realm = site->first;
    struct template *fresh = NULL;
    int outcome = template_make(site->maker, text, arena, &fresh, why);
    if (outcome != MAKER_MADE) {
        return outcome == MAKER_NO_FIXTURE ? 1 : -1;
    }
    realm_write(realm);
    outcome = made_renew(realm->made, site->maker, text, arena, why);
    realm_publish(realm);
    realm_unlock(realm);
    if (outcome != MAKER_MADE) {
        template_free(fresh);
        return outcome == MAKER_NO_FIXTURE ? 1 : -1;
    }
    template_become(site->maker->template, fresh);
    return 0;
}
