#include "server/endpoints/template.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/log.h"
#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/endpoints/loading.h"

struct template
{
    pthread_rwlock_t lock;
    struct db_image image; /* made when first asked for */
    const struct profile *profile;
    char *text; /* of the fixture, once it was read again; NULL: it is as the maker says */
};

struct template *template_new(void)
{
    struct template *template = memory_new(sizeof(*template));
    pthread_rwlock_init(&template->lock, NULL);
    return template;
}

void template_free(struct template *template)
{
    if (template != NULL) {
        db_image_free(&template->image);
        free(template->text);
        pthread_rwlock_destroy(&template->lock);
        free(template);
    }
}

static const char *text_of(const struct maker *maker, const struct template *template)
{
    return template != NULL && template->text != NULL ? template->text : maker->fixture_text;
}

const char *template_text(const struct maker *maker, struct arena *arena)
{
    if (maker->template == NULL) {
        return maker->fixture_text;
    }
    pthread_rwlock_rdlock(&maker->template->lock);
    const char *text = arena_strdup(arena, text_of(maker, maker->template));
    pthread_rwlock_unlock(&maker->template->lock);
    return text;
}

/* By way of a tenant that nobody sees. An outcome of enum maker_outcome; negative: broken. */
static int fill(const struct maker *maker, struct template *template, struct arena *arena,
                const char **why)
{
    struct tenancy_options options = maker->options;
    const struct maker_wish wish = {.name = TENANCY_DEFAULT};
    struct tenancy *tenancy = NULL;
    options.name = TENANCY_DEFAULT;
    if (tenancy_open(&options, arena, &tenancy, why) != 0) {
        return DB_BROKEN;
    }
    struct tenant *tenant = tenancy_tenant(tenancy);
    const struct loading loading = {
        .maker = maker, .wish = &wish, .tenant = tenant, .text = text_of(maker, template)};
    int outcome = loading_run(&loading, arena, why);
    if (outcome == MAKER_MADE && db_image(tenant->db, &template->image) != 0) {
        outcome = DB_BROKEN;
    }
    template->profile = tenant->profile;
    tenancy_close(tenancy);
    return outcome;
}

int template_hold(const struct maker *maker, struct arena *arena, struct template_held *held)
{
    struct template *template = maker->template;
    const char *why = NULL;
    if (template == NULL) {
        return DB_BROKEN;
    }
    pthread_rwlock_wrlock(&template->lock);
    int outcome = template->image.bytes != NULL ? 0 : fill(maker, template, arena, &why);
    pthread_rwlock_unlock(&template->lock);
    if (outcome != 0) {
        /* Such as a key's file that it names, and that is gone. */
        log_message(LOG_ERROR, "the fixture cannot be put again: %s", why == NULL ? "" : why);
        return DB_BROKEN;
    }
    pthread_rwlock_rdlock(&template->lock);
    *held = (struct template_held){.image = &template->image, .profile = template->profile};
    return 0;
}

void template_release(struct template *template)
{
    pthread_rwlock_unlock(&template->lock);
}

int template_make(const struct maker *maker, const char *text, struct arena *arena,
                  struct template **out, const char **why)
{
    struct template *template = template_new();
    template->text = memory_need(strdup(text));
    int outcome = fill(maker, template, arena, why);
    if (outcome != MAKER_MADE) {
        template_free(template);
        template = NULL;
    }
    *out = template;
    return outcome;
}

void template_become(struct template *template, struct template *fresh)
{
    pthread_rwlock_wrlock(&template->lock);
    db_image_free(&template->image);
    free(template->text);
    template->image = fresh->image;
    template->profile = fresh->profile;
    template->text = fresh->text;
    pthread_rwlock_unlock(&template->lock);
    fresh->image = (struct db_image){0}; /* the other owns it now */
    fresh->text = NULL;                  /* and this */
    template_free(fresh);
}
