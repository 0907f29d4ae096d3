/* The pages a person sees: HTML from templates, every value escaped, nothing from outside. */
#ifndef MAKESHIFT_ENDPOINTS_PAGE_H
#define MAKESHIFT_ENDPOINTS_PAGE_H

#include "server/base/attr.h"
#include "server/endpoints/call.h"
#include "server/oauth/consent.h"

void page_error(struct call *call, const struct verdict *verdict);

struct page_form {
    const struct authorization *authorization;
    const char *interaction; /* the handle */
    const char *csrf;
    const char *problem;         /* shown as an alert; NULL: none */
    const char *username;        /* to fill in again; NULL: none */
    const struct user_row *user; /* consent: who is signed in */
    const struct consent *consent;
    const struct consent_choice
        *choice; /* consent: what stays chosen; NULL: everything, and the last organization */
};

/* 200 with a heading and a sentence. */
void page_message(struct call *call, const char *title, const char *text);

/* Asks whether to log out. */
struct page_logout {
    const struct user_row *user;
    const char *client_name; /* who asks for it; NULL: unknown */
    const char *csrf;
    const struct form *form; /* the request, to be sent again with the answer */
};
MUST_USE struct verdict page_logout(struct call *call, const struct page_logout *page);

/* 200 with the page, or SERVER_ERROR / TEMPORARILY_UNAVAILABLE. */
MUST_USE struct verdict page_sign_in(struct call *call, const struct page_form *form);
MUST_USE struct verdict page_consent(struct call *call, const struct page_form *form);

#endif
