#include "server/endpoints/orders.h"

#include <stdlib.h>

#include "server/base/memory.h"
#include "server/base/str.h"
#include "server/store/told.h"
#include "server/tenant/ledger.h"

static struct ledger clock_of(const struct realm *realm)
{
    return (struct ledger){.tenant = realm->tenant, .kind = TOLD_CLOCK};
}

static struct ledger jwks_of(const struct realm *realm)
{
    return (struct ledger){.tenant = realm->tenant, .kind = TOLD_JWKS};
}

int orders_set_clock(struct realm *realm, const struct clock *clock, int64_t skew)
{
    const struct ledger ledger = clock_of(realm);
    json_auto_t *json =
        json_pack("{s:b, s:I, s:I, s:I}", "fixed", (int)clock->fixed, "at", (json_int_t)clock->at,
                  "offset", (json_int_t)clock->offset, "skew", (json_int_t)skew);
    int outcome = ledger_put(&ledger, 0, json);
    if (outcome == 0) {
        realm->tenant->clock = *clock;
        realm->tenant->skew = skew;
    }
    return outcome;
}

static void set_jwks(struct realm *realm, enum jwks_mode mode, char *text)
{
    free(realm->jwks_text);
    realm->jwks_text = text;
    realm->jwks_mode = mode;
}

int orders_set_jwks(struct realm *realm, enum jwks_mode mode, char *text)
{
    const struct ledger ledger = jwks_of(realm);
    json_auto_t *json = json_pack("{s:s, s:s?}", "serve", jwks_names[mode], "text", text);
    int outcome = ledger_put(&ledger, 0, json);
    if (outcome == 0) {
        set_jwks(realm, mode, text);
    }
    return outcome;
}

static int take_clock(struct realm *realm)
{
    const struct ledger ledger = clock_of(realm);
    struct clock clock = realm->first_clock;
    json_t *json = NULL;
    int outcome = ledger_get(&ledger, &json);
    if (outcome == 0) {
        clock = (struct clock){.fixed = json_is_true(json_object_get(json, "fixed")),
                               .at = json_integer_value(json_object_get(json, "at")),
                               .offset = json_integer_value(json_object_get(json, "offset"))};
    }
    if (outcome >= 0) {
        realm->tenant->clock = clock;
        realm->tenant->skew = json_integer_value(json_object_get(json, "skew"));
    }
    json_decref(json);
    return outcome < 0 ? outcome : 0;
}

static int take_jwks(struct realm *realm)
{
    const struct ledger ledger = jwks_of(realm);
    json_t *json = NULL;
    int outcome = ledger_get(&ledger, &json);
    const char *word = json_string_value(json_object_get(json, "serve"));
    const char *text = json_string_value(json_object_get(json, "text"));
    enum jwks_mode mode = JWKS_LIVE;
    while (word != NULL && jwks_names[mode] != NULL && !str_equal(jwks_names[mode], word)) {
        mode++;
    }
    if (outcome >= 0) {
        set_jwks(realm, mode < JWKS__MAX ? mode : JWKS_LIVE,
                 text != NULL ? memory_strdup(text) : NULL);
    }
    json_decref(json);
    return outcome < 0 ? outcome : 0;
}

int orders_take_up(struct realm *realm)
{
    return take_clock(realm) < 0 || take_jwks(realm) < 0 || faults_take_up(realm->faults) < 0 ||
                   sign_ins_take_up(realm->sign_ins) < 0
               ? DB_BROKEN
               : 0;
}

int orders_take_up_first(struct realm *realm)
{
    const struct ledger ledger = clock_of(realm);
    const struct clock *told = &realm->first_clock;
    bool is_told = told->fixed || told->offset != 0;
    return is_told && ledger_clear(&ledger) != 0 ? DB_BROKEN : orders_take_up(realm);
}
