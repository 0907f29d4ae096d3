/* Compiler attributes, and the cleanup that ends a local's life with its scope. */
#ifndef MAKESHIFT_BASE_ATTR_H
#define MAKESHIFT_BASE_ATTR_H

#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define MUST_USE __attribute__((warn_unused_result))
#define NORETURN __attribute__((noreturn))

/* AUTO(free_fn) T *x: free_fn is handed &x when x leaves its scope. */
#define AUTO(free_fn) __attribute__((cleanup(free_fn)))

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#endif
