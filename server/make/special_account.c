/* A user's own account: name, address, password, and its end. */
#include <string.h>

#include "keys/digest.h"
#include "server/base/attr.h"
#include "server/base/json.h"
#include "server/base/str.h"
#include "server/documents/input.h"
#include "server/documents/user.h"
#include "server/make/members.h"
#include "server/make/special.h"
#include "server/oauth/texts.h"

#define EMAIL_MAX 254
#define NAME_MAX_SIZE 255

/* A text that the body has to have. */
static struct verdict read_text(const struct api *api, const char *member, const char **text)
{
    *text = json_string_value(json_object_get(api->body, member));
    if (*text != NULL && **text != '\0') {
        *text = arena_strdup(api->world->arena, *text);
        return ALLOWED;
    }
    return input_refuse(api->world->arena, member, "is missing, empty or no text", "a text");
}

static struct verdict set_claim(const struct api *api, struct user_row *user, const char *claim,
                                json_t *value)
{
    json_auto_t *claims = json_loads(user->claims, 0, NULL);
    json_object_set_new(claims, claim, value);
    user->claims = json_text(api->world->arena, claims, NULL);
    return ALLOWED;
}

static struct verdict put(const struct api *api, const struct user_row *user,
                          struct api_answer *answer)
{
    answer->json = json_pack("{s:o}", "user", user_describe(user));
    return users_put(api->world->tenant->db, user) == 0 ? ALLOWED : error_store_broken();
}

static struct verdict account_update(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    const char *name;
    struct user_row user = api->caller->user;
    (void)subject;
    TRY(read_text(api, "name", &name));
    const char *fault = text_printable(api->world->arena, name);
    if (fault != NULL || strlen(name) > NAME_MAX_SIZE) {
        return input_refuse(api->world->arena, "name", fault != NULL ? fault : "is too long",
                            "a text of 1 to 255 bytes without control characters");
    }
    TRY(set_claim(api, &user, "name", json_string(name)));
    return put(api, &user, answer);
}

/* An address that nobody has looked at is not verified. */
static struct verdict account_email(const struct api *api, const struct subject *subject,
                                    struct api_answer *answer)
{
    const char *email;
    struct user_row other = {0};
    struct user_row user = api->caller->user;
    (void)subject;
    TRY(read_text(api, "email", &email));
    const char *fault = text_email(api->world->arena, email);
    if (fault != NULL || strlen(email) > EMAIL_MAX) {
        return input_refuse(api->world->arena, "email", fault != NULL ? fault : "is too long",
                            "an e-mail address of at most 254 bytes");
    }
    int found = users_find(api->world->tenant->db, email, api->world->arena, &other);
    if (found < 0) {
        return error_store_broken();
    }
    if (found == 0 && other.id != user.id) {
        return input_refuse(api->world->arena, "email", "is another user's",
                            "an address of its own");
    }
    user.email = email;
    TRY(set_claim(api, &user, "email", json_string(email)));
    TRY(set_claim(api, &user, "email_verified", json_false()));
    return put(api, &user, answer);
}

/* From now on the page asks for it. */
static struct verdict account_password(const struct api *api, const struct subject *subject,
                                       struct api_answer *answer)
{
    const char *password;
    uint8_t hash[DIGEST_SIZE];
    struct user_row user = api->caller->user;
    (void)subject;
    TRY(read_text(api, "password", &password));
    const char *const texts[] = {"password", user.sub, password};
    digest_texts(hash, texts, COUNT(texts));
    user.password_hash = hash;
    return put(api, &user, answer);
}

/* The caller is gone, with what it signed in to. */
static struct verdict account_delete(const struct api *api, const struct subject *subject,
                                     struct api_answer *answer)
{
    (void)subject;
    TRY(api_confirmed(api, "your user for good"));
    answer->json = json_pack("{s:I}", "user", (json_int_t)user_number(&api->caller->user));
    return users_delete(api->world->tenant->db, api->caller->user.id) == 0 ? ALLOWED
                                                                           : error_store_broken();
}

const struct special_row special_account[] = {
    {"users-update", account_update},
    {"users-email", account_email},
    {"users-password", account_password},
    {"users-delete", account_delete},
    {0},
};
