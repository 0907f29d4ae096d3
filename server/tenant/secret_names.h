/* TABLES of what is secret: parameters, members of JSON bodies, headers. */
#ifndef MAKESHIFT_TENANT_SECRET_NAMES_H
#define MAKESHIFT_TENANT_SECRET_NAMES_H

/* Parameters and JSON members; NULL-terminated. */
extern const char *const secret_names[];

enum secret_form {
    SECRET_OPAQUE,      /* all of it */
    SECRET_CREDENTIALS, /* a scheme and what it takes (RFC 9110 11.4) */
    SECRET_COOKIES,     /* a=1; b=2 (RFC 6265 4.2.1) */
    SECRET_COOKIE,      /* a=1; Path=/ (RFC 6265 4.1.1) */
    SECRET_URL,         /* in its parameters */
};

struct secret_header {
    const char *name; /* NULL ends the table */
    enum secret_form form;
};
extern const struct secret_header secret_headers[];

#endif
