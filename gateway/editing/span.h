/* SPDX-License-Identifier: Apache-2.0 */
/* Where the values of a JSON text stand, so that one can be replaced and the rest kept octet for
 * octet. The text has passed the gate (base/json.h), which is why nothing here can fail. */
#ifndef ML_EDITING_SPAN_H
#define ML_EDITING_SPAN_H

#include <stdbool.h>
#include <stddef.h>

/* Octets of a text from start up to end. */
struct span {
    size_t start, end;
};

/* A member of an object, or an element of an array. */
struct span_item {
    struct span key; /* with its quotes; empty in an array */
    struct span value;
};

/* The outermost value of a text. */
struct span span_root(const char *text, size_t len);

/* The children of an object or array, in the order of the text, so in that of struct tree. False if
 * there is no more, or it has none. */
bool span_first(const char *text, struct span parent, struct span_item *out);
bool span_next(const char *text, struct span parent, struct span_item *item);

#endif
