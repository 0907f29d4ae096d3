/* What new documents of Make's API are given. */
#ifndef MAKESHIFT_TESTS_ENDPOINTS_BODIES_H
#define MAKESHIFT_TESTS_ENDPOINTS_BODIES_H

#include "tests/unit/endpoints/paths.h"

/* What a new document is given where its required members say too little; `needed`: how the body
 * calls the required members, where it calls them otherwise. */
static const struct body_row {
    const char *collection, *body, *needed;
} body_rows[] = {
    {"scenarios", "{'teamId':1,'name':'Made'}", NULL},
    {"organizations", "{'name':'Made'}", NULL},
    {"data-stores", "{'name':'Made','teamId':1,'maxSizeMB':3}", "['name','teamId','maxSizeMB']"},
    {"connections", "{'accountName':'Made','accountType':'http','teamId':1}",
     "['accountName','accountType','teamId']"},
    {"custom-property-structures",
     "{'associatedType':'scenario','belongerType':'organization','belongerId':1}",
     "['associatedType','belongerType','belongerId']"},
    {"data-store-records", "{'key':'made','data':{'a':1}}", NULL},
    {"ai-contexts", "{'teamId':1}", NULL},
    {"credential-requests", "{'teamId':1,'name':'Made'}", NULL},
    {"organization-variables", "{'name':'made','typeId':1}", NULL},
    {"team-variables", "{'name':'made','typeId':1}", NULL},
    {"sdk-modules", "{'name':'made','label':'Made','typeId':4}", NULL},
    {"custom-property-items", "{'name':'made','label':'Made','type':'number','required':false}",
     NULL},
    {"agents", "{'name':'Made','organizationId':1}", NULL},
    {"connected-systems",
     "{'name':'Made','agentId':'" UUID("71") "','appName':'http','organizationId':1}", NULL},
};

static inline const struct body_row *body_row_of(const struct collection *collection)
{
    for (size_t i = 0; i < COUNT(body_rows); i++) {
        if (str_equal(body_rows[i].collection, collection->name)) {
            return &body_rows[i];
        }
    }
    return NULL;
}

static inline bool holds(const json_t *array, const char *text)
{
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (str_equal(json_string_value(json_array_get(array, i)), text)) {
            return true;
        }
    }
    return false;
}

/* A value for each member that is required. */
static inline json_t *body_of_required(const struct collection *collection)
{
    json_t *body = json_object();
    size_t index;
    json_t *member;
    json_array_foreach(collection->required, index, member)
    {
        const char *name = json_string_value(member);
        json_t *fresh = json_object_get(collection->fresh, name);
        bool is_place = str_equal(name, "teamId") || str_equal(name, "organizationId") ||
                        str_equal(name, "scenarioId");
        json_object_set_new(body, name,
                            is_place                ? json_integer(1)
                            : json_is_string(fresh) ? json_string("made")
                                                    : json_incref(fresh));
    }
    return body;
}

/* The caller's. */
static inline json_t *body_for(const struct collection *collection)
{
    const struct body_row *row = body_row_of(collection);
    return row == NULL ? body_of_required(collection) : json_from(row->body);
}

#endif
