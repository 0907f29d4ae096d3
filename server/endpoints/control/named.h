/* Whom and what a call of the control door names, and what its answers call them: users by subject,
 * clients by client_id, codes, tokens and sessions by an id and a fingerprint, never by themselves.
 */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_NAMED_H
#define MAKESHIFT_ENDPOINTS_CONTROL_NAMED_H

#include "server/endpoints/control/door.h"
#include "server/store/clients.h"
#include "server/store/hash.h"
#include "server/store/lists.h"
#include "server/store/users.h"

/* Finds the user that has this subject, e-mail address or preferred_username. `pointer` is where it
 * was named: "/user" of the body, "" of the query, and nobody of that name is 422; NULL: in the
 * path, 404. `text` may be the body's. */
MUST_USE struct verdict named_user(const struct door *door, const char *pointer, const char *text,
                                   struct user_row *user);
MUST_USE struct verdict named_client(const struct door *door, const char *pointer, const char *text,
                                     struct client_row *client);

/* What is given for a code, a token or a session: its id, its fingerprint, or, but for a path, the
 * thing itself. 422 or 404 where there is none. */
enum named_what { NAMED_TOKEN, NAMED_SESSION };
MUST_USE struct verdict named_secret(const struct door *door, enum named_what what,
                                     const char *pointer, const char *text, struct hash *hash);

/* The id by which the store's hash is shown, 32 hexadecimal digits, and back: 0; 1, it is none. */
const char *named_id(struct arena *arena, const struct hash *hash);
MUST_USE int named_id_read(const char *text, struct hash *hash);

/* {"id", "fingerprint"} */
json_t *named_row(struct arena *arena, const struct hash *hash);

/* Names of the users and clients of a list's rows, each read once. */
struct names {
    const struct door *door;
    json_t *users, *clients; /* by number */
};
void names_fini(struct names *names);

/* Sets "user" or "client_id"; nothing for 0, and for somebody who is gone. */
MUST_USE struct verdict names_put_user(struct names *names, json_t *row, int64_t id);
MUST_USE struct verdict names_put_client(struct names *names, json_t *row, int64_t id);

#endif
