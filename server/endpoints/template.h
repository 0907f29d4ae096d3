/* A database into which the server's fixture has been put: what a tenant begins as, and returns to.
 * Thread-safe: one lock, in template.c. */
#ifndef MAKESHIFT_ENDPOINTS_TEMPLATE_H
#define MAKESHIFT_ENDPOINTS_TEMPLATE_H

#include "server/endpoints/maker.h"

struct template *template_new(void);
void template_free(struct template *template); /* NULL is fine */

struct template_held {
    const struct db_image *image;
    const struct profile *profile;
};

/* The maker's template, made when it is first asked for. 0: it stays as it is until
 * template_release; negative: broken, or there is none. */
MUST_USE int template_hold(const struct maker *maker, struct arena *arena,
                           struct template_held *held);
void template_release(struct template *template);

/* The text of the server's fixture as it is now, in the arena. NULL: it is to be read, or built
 * in. */
const char *template_text(const struct maker *maker, struct arena *arena);

/* A template of this text, which the file of the maker's fixture has now. An outcome of enum
 * maker_outcome, and the caller's to free; negative: broken. */
MUST_USE int template_make(const struct maker *maker, const char *text, struct arena *arena,
                           struct template **out, const char **why);

/* What is made from now on begins as `fresh`, which is taken. */
void template_become(struct template *template, struct template *fresh);

#endif
