/* Values as text: by themselves, and as JSON. */
#ifndef MAKESHIFT_IML_WRITE_H
#define MAKESHIFT_IML_WRITE_H

#include "server/base/str.h"
#include "server/iml/value.h"

/* How a number reads (ECMAScript's Number::toString). `out` holds IML_NUMBER_SIZE bytes. */
#define IML_NUMBER_SIZE 48
void iml_write_number(double number, char out[IML_NUMBER_SIZE]);

/* A value inside of a text: undefined and null are empty, a date is ISO 8601, the items of an array
 * stand between commas, a collection is JSON, and a buffer is read as UTF-8. */
void iml_write_text(struct str_buf *buf, const struct iml_value *value);

/* Compact JSON. What is undefined is null. */
void iml_write_json(struct str_buf *buf, const struct iml_value *value, enum iml_dates dates);

#endif
