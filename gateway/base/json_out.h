/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259) of any length, written to a file as it comes. Commas are set by the writer. A key
 * is NULL inside an array. Failures stay with the file: look at ferror at the end. */
#ifndef ML_BASE_JSON_OUT_H
#define ML_BASE_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json_out {
    FILE *file;
    bool more; /* the next value needs a comma before it */
};

/* bracket: { or [, and for the end of it the same, or } or ]. */
void json_out_open(struct json_out *j, const char *key, char bracket);
void json_out_close(struct json_out *j, char bracket);

/* s is valid UTF-8; NULL is written as null. */
void json_out_text(struct json_out *j, const char *key, const char *s);

void json_out_number(struct json_out *j, const char *key, size_t n);
void json_out_tenths(struct json_out *j, const char *key, size_t tenths); /* 123 is 12.3 */
void json_out_int(struct json_out *j, const char *key, int64_t n);
void json_out_bool(struct json_out *j, const char *key, bool b);

/* A value that is JSON already; NULL is written as null. */
void json_out_raw(struct json_out *j, const char *key, const char *json);

#endif
