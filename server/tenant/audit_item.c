#include "server/tenant/audit_rule.h"

#include <string.h>

#include "server/base/str.h"

const char *item_text(const json_t *item, const char *member)
{
    return json_string_value(json_object_get(item, member));
}

const char *item_parameter(const json_t *item, const char *name)
{
    return item_text(json_object_get(item, "parameters"), name);
}

const char *item_issued(const json_t *item, const char *name)
{
    return item_text(json_object_get(item, "issued"), name);
}

const char *item_bearer(const json_t *item)
{
    const char *value = item_text(item, "authorization");
    const char *space = value != NULL ? strrchr(value, ' ') : NULL;
    return space != NULL && !str_starts(value, "Basic ") ? space + 1 : NULL;
}

int64_t item_number(const json_t *item, const char *member)
{
    return json_integer_value(json_object_get(item, member));
}

bool item_is_at(const json_t *item, const char *endpoint)
{
    return str_equal(item_text(item, "endpoint"), endpoint);
}

bool item_is_grant(const json_t *item, const char *grant_type)
{
    return item_is_at(item, "token") && str_equal(item_text(item, "grant_type"), grant_type);
}
