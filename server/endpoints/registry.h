/* The realms by name. Thread-safe: one lock, in registry.c. */
#ifndef MAKESHIFT_ENDPOINTS_REGISTRY_H
#define MAKESHIFT_ENDPOINTS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/attr.h"
#include "server/endpoints/realm.h"

struct registry;

/* At most `max` realms besides the default. */
struct registry *registry_new(size_t max);
void registry_free(struct registry *registry); /* leaves all; NULL is fine */

enum registry_outcome {
    REGISTRY_ADDED = 0,
    REGISTRY_TAKEN = 1, /* that name is there */
    REGISTRY_FULL = 2,
};

/* Takes `realm` unless it is refused. An outcome of enum registry_outcome. */
MUST_USE int registry_add(struct registry *registry, struct realm *realm);

/* The realm of that name, entered: to be left with realm_leave. NULL: there is none. */
struct realm *registry_enter(struct registry *registry, const char *name, size_t name_size);

/* It is found no more; who uses it goes on. The caller gets the registry's own use of it, to be
 * left with realm_leave; NULL: there is none of that name. */
struct realm *registry_remove(struct registry *registry, const char *name);

/* The next of the numbers by which tenants go that nobody named: 1, 2, ... */
unsigned registry_number(struct registry *registry);

/* Whether one was given a base URL with this host name (of so many bytes, in any case). */
bool registry_knows_host(struct registry *registry, const char *host, size_t size);

#define REGISTRY_AWAKE_MAX 128 /* realms beside the server's file, whose own is open */

/* Makes room for one more file to be open: those are closed that nobody has asked for a minute,
 * and where that is not enough, the one that was asked longest ago. False: all are in use. */
MUST_USE bool registry_make_room(struct registry *registry);

/* All of them, entered, in order of their names; `*count` gets how many. In the arena. */
struct realm **registry_all(struct registry *registry, struct arena *arena, size_t *count);

#endif
