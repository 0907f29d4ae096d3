/* How OAuth 1 signs a request (RFC 5849 3). */
#ifndef MAKESHIFT_CONNECTION_OAUTH1_H
#define MAKESHIFT_CONNECTION_OAUTH1_H

#include "server/base/form.h"

enum oauth1_method {
    OAUTH1_HMAC_SHA1,
    OAUTH1_RSA_SHA1,
    OAUTH1_PLAINTEXT,
    OAUTH1_METHOD__MAX /* there is none of that name */
};
extern const char *const oauth1_method_names[OAUTH1_METHOD__MAX];
enum oauth1_method oauth1_method_find(const char *name);

/* What is signed. */
struct oauth1_request {
    const char *method; /* "POST" */
    const char *url;    /* as it is sent, with its query */
    const char *form;   /* the body, `size` bytes, if it is a form; NULL: it is none */
    size_t size;
};

/* What it is signed with. */
struct oauth1_secrets {
    enum oauth1_method method;
    const char *consumer_secret, *token_secret; /* "": none */
    const char *private_key;                    /* PEM, of RSA-SHA1; "": none */
};

/* RFC 5849 3.4.1: the signature base string, of the request's parameters and these of the protocol
 * itself. NULL: `*problem` says why there is none. */
const char *oauth1_base_string(struct arena *arena, const struct oauth1_request *request,
                               const struct form_field *fields, size_t count, const char **problem);

/* The oauth_signature of that string. NULL: `*problem` says why it cannot be made. */
const char *oauth1_signature(struct arena *arena, const struct oauth1_secrets *secrets,
                             const char *base_string, const char **problem);

/* RFC 5849 3.5.1: the value of the Authorization header. */
const char *oauth1_header(struct arena *arena, const struct form_field *fields, size_t count);

/* The oauth_body_hash of a body (OAuth Request Body Hash, draft 4, 3.2). */
const char *oauth1_body_hash(struct arena *arena, const char *bytes, size_t size);

#endif
