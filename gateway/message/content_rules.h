/* SPDX-License-Identifier: Apache-2.0 */
/* What each member of PROTOCOL.md, section 9, must be; for content_codec.c and
 * content_codec_read.c. */
#ifndef ML_MESSAGE_CONTENT_RULES_H
#define ML_MESSAGE_CONTENT_RULES_H

#include "message/content_codec.h"

/* Greatest integer that every JSON reader holds exactly, 2^53 - 1. */
#define CONTENT_AT_MAX INT64_C(9007199254740991)

/* Fill why. Returns -1. */
int content_refuse(char why[CONTENT_WHY_MAX], const char *name, const char *what);

/* Check what a bundle says besides its files and their hash. Returns 0, or -1 with why. */
int content_check(const struct content_bundle *b, char why[CONTENT_WHY_MAX]);

/* Check names, sizes and number of files, and sort them. Returns 0, or -1 with why. */
int content_check_files(struct content_bundle *b, char why[CONTENT_WHY_MAX]);

/* The hash of sorted files in hex digits. */
void content_hash(const struct content_bundle *b, char sha256[CONTENT_SHA256_HEX + 1]);

#endif
