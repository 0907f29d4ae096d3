/* What a client sends that registers (RFC 7591 2): who is registered can be read, and sign in. */
#include <string.h>

#include "server/base/str.h"
#include "server/oauth/registration.h"
#include "tests/fuzz/world.h"

static const char *text_of(const json_t *answer, const char *name)
{
    return json_string_value(json_object_get(answer, name));
}

static void delete_again(struct world *world, struct arena *arena, json_t *sent,
                         const json_t *answer)
{
    json_auto_t *read = NULL, *replaced = NULL;
    const struct registered client = {.id = text_of(answer, "client_id"),
                                      .token = text_of(answer, "registration_access_token")};
    MUST(client.id != NULL && client.token != NULL);
    MUST(json_array_size(json_object_get(answer, "redirect_uris")) > 0);
    MUST(registration_read(&world->tenant, arena, &client, &read).code == ERROR_NONE);
    MUST(json_equal(json_object_get(read, "redirect_uris"),
                    json_object_get(answer, "redirect_uris")));
    json_object_set_new(sent, "client_id", json_string(client.id));
    struct verdict verdict = registration_replace(&world->tenant, arena, &client, sent, &replaced);
    MUST(verdict.code == ERROR_NONE || verdict.detail != NULL);
    MUST(registration_delete(&world->tenant, arena, &client).code == ERROR_NONE);
}

int fuzz_registration(const uint8_t *bytes, size_t size)
{
    AUTO(arena_drop) struct arena *arena = arena_new();
    struct world *world = world_for("make");
    json_auto_t *sent = json_loadb((const char *)bytes, size, JSON_REJECT_DUPLICATES, NULL);
    json_auto_t *answer = NULL;
    if (!json_is_object(sent)) {
        return 0;
    }
    struct verdict verdict = registration_create(&world->tenant, arena, sent, &answer);
    MUST(verdict.code == ERROR_NONE || (verdict.detail != NULL && *verdict.detail != '\0'));
    if (verdict.code == ERROR_NONE) {
        delete_again(world, arena, sent, answer);
    }
    return 0;
}
