#include "server/endpoints/published.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "keys/b64url.h"
#include "keys/digest.h"
#include "server/base/json.h"
#include "server/base/memory.h"
#include "server/endpoints/discovery.h"

enum { DOCUMENT_JWKS = ISSUER__MAX, DOCUMENT__MAX }; /* before it, metadata by issuer */

struct publication {
    _Atomic(const struct published_text *) documents[DOCUMENT__MAX]; /* NULL: not made yet */
    pthread_mutex_t lock; /* of making, and of the arena */
    struct arena *arena;
    const char *issuer;
    atomic_uint users;
};

struct publication *publication_new(const char *issuer)
{
    struct publication *publication = memory_new(sizeof(*publication));
    pthread_mutex_init(&publication->lock, NULL);
    publication->arena = arena_new();
    publication->issuer = arena_strdup(publication->arena, issuer);
    atomic_init(&publication->users, 1);
    return publication;
}

struct publication *publication_enter(struct publication *publication)
{
    atomic_fetch_add(&publication->users, 1);
    return publication;
}

void publication_leave(struct publication *publication)
{
    if (publication != NULL && atomic_fetch_sub(&publication->users, 1) == 1) {
        pthread_mutex_destroy(&publication->lock);
        arena_free(publication->arena);
        free(publication);
    }
}

const char *publication_issuer(const struct publication *publication)
{
    return publication->issuer;
}

struct published_text published_text_make(struct arena *arena, const json_t *value)
{
    struct published_text document = {0};
    char hash[B64URL_SIZE(DIGEST_HALF_SIZE)];
    uint8_t half[DIGEST_HALF_SIZE];
    document.text = json_text(arena, value, &document.size);
    digest_half(half, document.text);
    b64url_encode(hash, half, sizeof(half));
    document.etag = arena_printf(arena, "\"%s\"", hash);
    return document;
}

/* NULL: the store is broken. */
static json_t *content(struct tenant *tenant, struct arena *arena, int which)
{
    return which == DOCUMENT_JWKS ? ring_jwks(tenant->ring, tenant_now(tenant))
                                  : discovery_make(tenant, arena, (enum issuer_id)which);
}

static const struct published_text *make(struct publication *publication, struct tenant *tenant,
                                         int which)
{
    json_auto_t *value = content(tenant, publication->arena, which);
    if (value == NULL) {
        return NULL;
    }
    struct published_text *document = arena_alloc(publication->arena, sizeof(*document));
    *document = published_text_make(publication->arena, value);
    atomic_store(&publication->documents[which], document);
    return document;
}

/* Whoever comes first makes it, and the others wait. */
static const struct published_text *find(struct publication *publication, struct tenant *tenant,
                                         int which)
{
    const struct published_text *document = atomic_load(&publication->documents[which]);
    if (document != NULL) {
        return document;
    }
    pthread_mutex_lock(&publication->lock);
    document = atomic_load(&publication->documents[which]);
    document = document != NULL ? document : make(publication, tenant, which);
    pthread_mutex_unlock(&publication->lock);
    return document;
}

int publication_metadata(struct publication *publication, struct tenant *tenant,
                         enum issuer_id issuer, const struct published_text **out)
{
    *out = find(publication, tenant, (int)issuer);
    return *out != NULL ? 0 : DB_BROKEN;
}

const struct published_text *publication_jwks(struct publication *publication,
                                              struct tenant *tenant)
{
    return find(publication, tenant, DOCUMENT_JWKS);
}
