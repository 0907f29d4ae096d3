/* Blueprints of what is no scenario: of templates, and of incomplete executions. */
#include "server/base/attr.h"
#include "server/documents/fill.h"
#include "server/documents/parts.h"
#include "server/make/special.h"

static json_t *answer_of(const struct api *api, const char *name)
{
    return fill_value(api->world, catalogue_answer(api->world->catalogue, name), 0, api->match);
}

/* What was posted with the template, else an example of its name. */
static struct verdict template_blueprint(const struct api *api, const struct subject *subject,
                                         struct api_answer *answer)
{
    static const char *const apart[] = {"blueprint", "controller"};
    static const char *const members[] = {"scheduling", "language", "metadata"};
    const json_t *document = subject->document.json;
    json_auto_t *shown = answer_of(api, "template-blueprint");
    for (size_t i = 0; i < COUNT(apart); i++) {
        json_auto_t *part = NULL;
        TRY(parts_get(api->world, &subject->document.row, apart[i], &part));
        json_object_set(json_object_get(shown, apart[i]), "name",
                        json_object_get(document, "name"));
        if (part != NULL) {
            json_object_set(shown, apart[i], part);
        }
    }
    for (size_t i = 0; i < COUNT(members); i++) {
        json_t *value = json_object_get(document, members[i]);
        if (value != NULL && !json_is_null(value)) {
            json_object_set(shown, members[i], value);
        }
    }
    answer->json = json_incref(shown);
    return ALLOWED;
}

/* As it was changed, else an example. */
static struct verdict dlq_blueprint(const struct api *api, const struct subject *subject,
                                    struct api_answer *answer)
{
    json_t *changed = json_object_get(subject->document.json, "blueprint");
    answer->json = answer_of(api, "dlq-blueprint");
    if (json_is_object(changed)) {
        json_object_set(answer->json, "blueprint", changed);
    }
    return ALLOWED;
}

const struct special_row special_blueprints[] = {
    {"template-blueprint", template_blueprint},
    {"dlq-blueprint", dlq_blueprint},
    {0},
};
