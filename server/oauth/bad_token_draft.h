/* What each row of the table of bad tokens does to a token. */
#ifndef MAKESHIFT_OAUTH_BAD_TOKEN_DRAFT_H
#define MAKESHIFT_OAUTH_BAD_TOKEN_DRAFT_H

#include "server/oauth/bad_token.h"

void draft_expired(struct token_draft *draft);
void draft_not_yet_valid(struct token_draft *draft);
void draft_issued_in_future(struct token_draft *draft);
void draft_old_iat(struct token_draft *draft);
void draft_no_iat(struct token_draft *draft);
void draft_no_exp(struct token_draft *draft);
void draft_exp_as_text(struct token_draft *draft);
void text_wrong_signature(struct token_draft *draft);
void draft_unknown_kid(struct token_draft *draft);
void draft_wrong_kid(struct token_draft *draft);
void draft_no_kid(struct token_draft *draft);
void draft_new_key(struct token_draft *draft);
void draft_alg_none(struct token_draft *draft);
void draft_hs256_with_public_key(struct token_draft *draft);
void draft_other_alg(struct token_draft *draft);
void draft_unknown_crit(struct token_draft *draft);
void draft_wrong_typ(struct token_draft *draft);
void draft_wrong_iss(struct token_draft *draft);
void draft_no_iss(struct token_draft *draft);
void draft_wrong_aud(struct token_draft *draft);
void draft_no_aud(struct token_draft *draft);
void draft_extra_aud(struct token_draft *draft);
void draft_wrong_azp(struct token_draft *draft);
void draft_no_azp(struct token_draft *draft);
void draft_wrong_nonce(struct token_draft *draft);
void draft_no_nonce(struct token_draft *draft);
void draft_wrong_sub(struct token_draft *draft);
void draft_no_sub(struct token_draft *draft);
void draft_old_auth_time(struct token_draft *draft);
void draft_no_auth_time(struct token_draft *draft);
void draft_wrong_at_hash(struct token_draft *draft);
void draft_no_at_hash(struct token_draft *draft);
void draft_wrong_c_hash(struct token_draft *draft);
void draft_no_c_hash(struct token_draft *draft);
void text_truncated(struct token_draft *draft);
void text_not_base64(struct token_draft *draft);
void text_duplicate_claims(struct token_draft *draft);
void draft_huge(struct token_draft *draft);
void text_opaque_instead(struct token_draft *draft);
void draft_aud_array(struct token_draft *draft);
void draft_unknown_claims(struct token_draft *draft);
void draft_unknown_header(struct token_draft *draft);
void draft_fractional_times(struct token_draft *draft);

#endif
