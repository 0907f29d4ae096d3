/* Judges of the texts in a fixture and in a registration: each gives NULL, or what is wrong in
 * words that go after the text. */
#ifndef MAKESHIFT_OAUTH_TEXTS_H
#define MAKESHIFT_OAUTH_TEXTS_H

#include "server/base/arena.h"

const char *text_printable(struct arena *arena, const char *text);    /* no control characters */
const char *text_lines(struct arena *arena, const char *text);        /* as above, or newlines */
const char *text_client_id(struct arena *arena, const char *text);    /* VSCHAR without space */
const char *text_document_url(struct arena *arena, const char *text); /* of a client's metadata */
const char *text_secret(struct arena *arena, const char *text);       /* VSCHAR, RFC 6749 A.2 */
const char *text_sub(struct arena *arena, const char *text);          /* OIDC Core 2 */
const char *text_email(struct arena *arena, const char *text);        /* something@something */
const char *text_web_url(struct arena *arena, const char *text);      /* http or https */
const char *text_scope_name(struct arena *arena, const char *text);   /* RFC 6749 A.4, no comma */
const char *text_scope(struct arena *arena, const char *text);        /* names, single spaces */
const char *text_claim(struct arena *arena, const char *text);        /* OIDC Core 5.1.2, 5.2 */
const char *text_custom_claim(struct arena *arena, const char *text); /* no standard one */
const char *text_ruled_claim(struct arena *arena, const char *text);  /* without a tag */
const char *text_birthdate(struct arena *arena, const char *text);    /* OIDC Core 5.1 */
const char *text_profile(struct arena *arena, const char *text);      /* in profile_table */
const char *text_uuid(struct arena *arena, const char *text); /* RFC 9562 4, small letters */
const char *text_file(struct arena *arena, const char *text); /* relative, no dot segments */

#endif
