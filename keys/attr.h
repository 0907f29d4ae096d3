/* The one attribute of a compiler that keys/ asks for; as in server/base/attr.h, which it does not
 * know. */
#ifndef MAKESHIFT_KEYS_ATTR_H
#define MAKESHIFT_KEYS_ATTR_H

#define MUST_USE __attribute__((warn_unused_result))

#endif
