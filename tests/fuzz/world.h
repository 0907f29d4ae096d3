/* What fuzz targets share: a tenant whose time and randomness stand still. */
#ifndef MAKESHIFT_TESTS_FUZZ_WORLD_H
#define MAKESHIFT_TESTS_FUZZ_WORLD_H

#include "server/endpoints/endpoints.h"
#include "server/http/gate.h"
#include "server/make/make.h"
#include "server/oauth/tenant.h"
#include "tests/fuzz/target.h"

struct world {
    struct arena *arena;
    struct tenant tenant;
    struct catalogue *catalogue;
    struct make *make;
    struct endpoints *endpoints;
};

/* Ends the process, which the fuzzer takes for a find, with the line that failed. */
#define MUST(condition) ((condition) ? (void)0 : world_fail(__FILE__, __LINE__, #condition))
void world_fail(const char *file, int line, const char *condition);

/* The scopes of the API, as a fixture's text has them; the caller's. */
json_t *world_scopes(struct arena *arena);

/* The built-in fixture, where each user has an API token with every scope of the API,
 * 00000000-0000-4000-8000-00000000 and the subject; the caller's. */
json_t *world_fixture(struct arena *arena);

/* A new world in that profile, with this fixture; NULL: world_fixture's. NULL when the fixture is
 * refused. */
struct world *world_open(const char *profile, const json_t *fixture);
void world_close(struct world *world); /* NULL is fine */

/* The world of that profile, one for many inputs; now and then a new one takes its place, as a
 * store only grows. */
struct world *world_for(const char *profile);

/* The operation's path, with a value of the line in place of each parameter; "1" when they run
 * out. */
const char *world_path(struct arena *arena, const char *path, const char *line);

/* Answers a request as it stands on the wire (line, headers, an empty line, body; lines may end
 * with LF alone): through the gate, the handlers and what finishes every answer. What comes out
 * lives in `arena`. The answer must be whole and none of 500; JSON that is not empty must be JSON.
 * Who would have to wait leaves, with an empty 204. */
void world_answer(struct world *world, struct arena *arena, const char *bytes, size_t size,
                  struct response *response);

/* Not application/jsonc, which has comments. */
bool world_is_json(const struct response *response);

#endif
