/* What libmicrohttpd 0.9 hides from its callers, told from where header lines lie in its read buffer.
 *
 * The library ends a value at a NUL byte, glues a folded line (RFC 9112 5.2) to the *name* before it,
 * and takes a line without a name for the end of the headers: each a way to show one request to a proxy
 * and another to us. Sound headers lie as `name`, NUL (it was the colon), blanks, `value`, two NULs (they
 * were CR LF), the next name, and so on; behind the last value come four, for CR LF CR LF. */
#ifndef MAKESHIFT_HTTP_WIRE_H
#define MAKESHIFT_HTTP_WIRE_H

/* What is wrong between what ends at `end` (a value, or the request line) and the name behind it, or
 * NULL. */
const char *wire_flaw_between(const char *end, const char *name);

/* What is wrong between `end` and the first byte behind the headers, or NULL. */
const char *wire_flaw_behind(const char *end, const char *headers_end);

#endif
