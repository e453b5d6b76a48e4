/* SPDX-License-Identifier: Apache-2.0 */
/* Values of web fields, held against the bounds of PROTOCOL.md, section 2.1. */
#ifndef ML_HTTP_FIELDS_H
#define ML_HTTP_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "text/msisdn.h"

/* 1 to most characters of printable ASCII? NULL is not. */
bool fields_printable(const char *value, size_t most);

/* At most so many characters (UTF-8, valid)? NULL is not. */
bool fields_short(const char *value, size_t characters);

/* 6-15 digits, with or without + (a form makes a blank of it) before them. Returns 0 or -1. */
int fields_msisdn(const char *value, char out[MSISDN_MAX + 1]);

#endif
