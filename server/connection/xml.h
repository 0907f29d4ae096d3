/* An XML document as Make has it in a response: a collection of arrays. */
#ifndef MAKESHIFT_CONNECTION_XML_H
#define MAKESHIFT_CONNECTION_XML_H

#include "server/base/attr.h"
#include "server/iml/value.h"

#define XML_DEPTH_MAX 100 /* elements in one another */

/* Every element is an item of an array that has its name, the root too: {"data":[...]}. One that
 * holds text alone is that text; one with attributes is {_attributes, _value}; one with elements is
 * a collection of them, with _attributes if it has any, and _value if it has text as well. Names
 * keep their prefix. 0; 1: it is no XML, and `*problem` says why. What a document type declares is
 * not looked at. */
MUST_USE int xml_read(struct arena *arena, const char *bytes, size_t size, struct iml_value *value,
                      const char **problem);

#endif
