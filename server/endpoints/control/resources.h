/* The handlers of the control door, by resource; and the shapes of what they take. */
#ifndef MAKESHIFT_ENDPOINTS_CONTROL_RESOURCES_H
#define MAKESHIFT_ENDPOINTS_CONTROL_RESOURCES_H

#include "server/endpoints/control/door.h"

MUST_USE struct verdict health_get(struct door *door);
MUST_USE struct verdict operations_get(struct door *door);
MUST_USE struct verdict openapi_get(struct door *door);

extern const struct shape try_shape;
MUST_USE struct verdict tries_post(struct door *door);

extern const struct shape clock_shape;
MUST_USE struct verdict clock_get(struct door *door);
MUST_USE struct verdict clock_post(struct door *door);

extern const struct shape key_shape;
MUST_USE struct verdict keys_get(struct door *door);
MUST_USE struct verdict keys_post(struct door *door);
MUST_USE struct verdict keys_rotate(struct door *door);
MUST_USE struct verdict key_get(struct door *door);
MUST_USE struct verdict key_delete(struct door *door);

extern const struct shape jwks_shape;
MUST_USE struct verdict jwks_get(struct door *door);
MUST_USE struct verdict jwks_put(struct door *door);
extern const struct door_parameter interactions_query[];
extern const struct shape decision_shape;
MUST_USE struct verdict interactions_get_all(struct door *door);
MUST_USE struct verdict interaction_get(struct door *door);
MUST_USE struct verdict interaction_post(struct door *door);

extern const struct shape sign_in_shape;
MUST_USE struct verdict sign_ins_get_all(struct door *door);
MUST_USE struct verdict sign_ins_post(struct door *door);
MUST_USE struct verdict sign_ins_delete(struct door *door);
MUST_USE struct verdict sign_in_get(struct door *door);
MUST_USE struct verdict sign_in_delete(struct door *door);

MUST_USE struct verdict latches_get_all(struct door *door);
MUST_USE struct verdict latches_post(struct door *door);
MUST_USE struct verdict latches_empty_all(struct door *door);
MUST_USE struct verdict latch_get(struct door *door);
MUST_USE struct verdict latch_release(struct door *door);
MUST_USE struct verdict latch_delete(struct door *door);
extern const struct door_parameter latch_query[];
bool latch_is_ready(struct door *door);

MUST_USE struct verdict faults_get_all(struct door *door);
MUST_USE struct verdict faults_post(struct door *door);
MUST_USE struct verdict faults_delete_all(struct door *door);
MUST_USE struct verdict faults_catalogue_get(struct door *door);
MUST_USE struct verdict fault_get(struct door *door);
MUST_USE struct verdict fault_delete(struct door *door);

extern const struct door_parameter journal_query[];
extern const struct door_parameter verify_query[];
extern const char *const journal_media[];
MUST_USE struct verdict journal_get(struct door *door);
MUST_USE struct verdict journal_get_one(struct door *door);
MUST_USE struct verdict journal_delete(struct door *door);
MUST_USE struct verdict journal_verify(struct door *door);
bool journal_has_come(struct door *door);
bool journal_has_verified(struct door *door);

extern const struct door_parameter audit_query[];
extern const char *const audit_media[];
MUST_USE struct verdict audit_get(struct door *door);

extern const struct shape reset_shape;
MUST_USE struct verdict reset_post(struct door *door);

extern const struct shape snapshot_shape;
extern const char *const snapshot_media[];
extern const struct door_parameter snapshot_query[];
MUST_USE struct verdict snapshots_get_all(struct door *door);
MUST_USE struct verdict snapshots_post(struct door *door);
MUST_USE struct verdict snapshots_empty(struct door *door);
MUST_USE struct verdict snapshot_get(struct door *door);
MUST_USE struct verdict snapshot_delete(struct door *door);
MUST_USE struct verdict snapshot_restore(struct door *door);

extern const struct door_parameter grants_query[];
MUST_USE struct verdict grants_get(struct door *door);
MUST_USE struct verdict grant_get(struct door *door);
MUST_USE struct verdict grant_delete(struct door *door);

extern const struct door_parameter tokens_query[];
MUST_USE struct verdict tokens_get(struct door *door);
extern const struct shape mint_shape;
extern const struct shape inspect_shape;
MUST_USE struct verdict tokens_post(struct door *door);
MUST_USE struct verdict tokens_inspect(struct door *door);

extern const struct door_parameter sessions_query[];
extern const struct shape session_shape;
MUST_USE struct verdict sessions_get_all(struct door *door);
MUST_USE struct verdict sessions_post(struct door *door);
MUST_USE struct verdict sessions_delete_all(struct door *door);
MUST_USE struct verdict session_delete(struct door *door);

extern const struct door_parameter consents_query[];
extern const struct door_parameter consents_selection[];
MUST_USE struct verdict consents_get_all(struct door *door);
MUST_USE struct verdict consents_delete(struct door *door);

extern const struct door_parameter users_query[];
extern const struct shape user_shape;
MUST_USE struct verdict users_get_all(struct door *door);
MUST_USE struct verdict user_get_one(struct door *door);
MUST_USE struct verdict user_put(struct door *door);
MUST_USE struct verdict user_patch(struct door *door);
MUST_USE struct verdict user_delete(struct door *door);

extern const struct door_parameter clients_query[];
extern const struct shape client_words_shape;
MUST_USE struct verdict clients_get_all(struct door *door);
MUST_USE struct verdict client_get_one(struct door *door);
MUST_USE struct verdict client_put(struct door *door);
MUST_USE struct verdict client_patch(struct door *door);
MUST_USE struct verdict client_delete(struct door *door);

extern const struct shape revocation_shape;
extern const struct shape expiration_shape;
MUST_USE struct verdict revocations_post(struct door *door);
MUST_USE struct verdict expirations_post(struct door *door);

extern const struct shape tenant_shape;
extern const struct shape tenant_patch_shape;
MUST_USE struct verdict tenants_get(struct door *door);
MUST_USE struct verdict tenants_post(struct door *door);
MUST_USE struct verdict tenants_delete(struct door *door);
MUST_USE struct verdict tenant_get(struct door *door);
MUST_USE struct verdict tenant_patch(struct door *door);
MUST_USE struct verdict tenant_delete(struct door *door);

#endif
