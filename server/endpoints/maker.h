/* How a tenant is made: opened, given a fixture, and what is behind its API prepared. The one that
 * a start serves is made here like those that the control door makes. */
#ifndef MAKESHIFT_ENDPOINTS_MAKER_H
#define MAKESHIFT_ENDPOINTS_MAKER_H

#include "server/base/attr.h"
#include "server/make/make.h"
#include "server/store/image.h"
#include "server/store/image_copy.h"
#include "server/tenant/tenancy.h"

/* What the command line says of all tenants. Borrowed; must outlive them. */
struct maker {
    struct catalogue *catalogue;
    const char *fixture_path;       /* beside which its key files are; "-": standard input */
    const char *fixture_text;       /* of it; both NULL: the built-in fixture */
    const char *profile;            /* NULL: the fixture's */
    struct tenancy_options options; /* `name` and `db` aside */
    struct template *template;      /* of its fixture; NULL: each tenant reads the fixture itself */
    const char *db; /* a file, beside which the other tenants' are; NULL: all are in memory */
};

/* What differs in one of them. */
struct maker_wish {
    const char *name;               /* "default", or another */
    const char *db;                 /* a file; NULL: in memory */
    const char *fixture_text;       /* NULL: the maker's fixture */
    const char *profile;            /* NULL: the maker's */
    struct tenancy_options options; /* `name` and `db` aside; begin with the maker's */
    const struct db_image *fork; /* begins as a copy of this database; NULL: as the fixture says */
    const struct profile *fork_profile;
};

/* A tenant with all that it owns. */
struct made;

enum maker_outcome {
    MAKER_MADE = 0,
    MAKER_NO_DB = 1,      /* `*problem` is a sentence about the database */
    MAKER_NO_FIXTURE = 2, /* `*problem` is a line with the JSON pointer */
    MAKER_NOT_STORED = 3, /* the database did not take the fixture: logged */
};

/* An outcome of enum maker_outcome; negative: broken, logged. `*problem` is in the arena. */
MUST_USE int maker_make(const struct maker *maker, const struct maker_wish *wish,
                        struct arena *arena, struct made **out, const char **problem);
void made_free(struct made *made); /* NULL is fine */

/* The tenant's database is as its fixture made it, and so are its keys and its randomness. Nobody
 * else uses it meanwhile. 0; negative: broken. */
MUST_USE int made_reset(struct made *made, const struct maker *maker, struct arena *arena);

/* A copy, for db_image_free, of an image of the tenant that carries its fixture, with the private
 * keys of both or without. 0; negative: broken. */
MUST_USE int made_pack(struct made *made, const struct maker *maker, const struct db_image *image,
                       enum image_keys keys, struct db_image *out);

/* The clients, users, scopes and keys of a tenant that serves, and what is behind its API, become
 * those of this text of the maker's fixture, while what was granted stays. Outcomes as maker_make.
 * Nobody else uses it meanwhile. */
MUST_USE int made_renew(struct made *made, const struct maker *maker, const char *text,
                        struct arena *arena, const char **why);

/* The tenant of the file `wish->db`, which made_wake opens. */
struct made *maker_find(const struct maker *maker, const struct maker_wish *wish);

enum made_outcome {
    MADE_DONE = 0,
    MADE_UNUSABLE = 1, /* `*why` (in the arena) is a sentence about the file */
    MADE_TAKEN = 2,    /* there is such a file */
};

/* Moves from memory to a new file, which keeps `settings` (store/kept.h) and carries the fixture.
 * MADE_TAKEN; negative: broken. Nobody else uses it meanwhile, nor in the next two. */
MUST_USE int made_settle(struct made *made, const char *path, const char *settings,
                         struct arena *arena);

/* Closes the file, and opens it again; it is as it was. MADE_UNUSABLE; negative: broken. */
void made_sleep(struct made *made);
MUST_USE int made_wake(struct made *made, const struct maker *maker, struct arena *arena,
                       const char **why);

/* Its file, if it has one, is deleted; calls under way go on. 0; negative: it stands yet. */
MUST_USE int made_forsake(struct made *made);

/* Both live as long as what was made. */
struct tenant *made_tenant(struct made *made);
struct make *made_make(struct made *made);

#endif
