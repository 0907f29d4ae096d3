/* The answer as a form that the browser posts to the client (OAuth 2.0 Form Post Response Mode 2).
 */
#ifndef MAKESHIFT_ENDPOINTS_FORM_POST_H
#define MAKESHIFT_ENDPOINTS_FORM_POST_H

#include "server/base/form.h"
#include "server/endpoints/call.h"

/* 200 with a page that submits itself to call->redirect_uri, and has a button where there is no
 * JavaScript. */
void form_post_answer(struct call *call, const struct form *form);

#endif
