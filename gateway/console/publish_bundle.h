/* SPDX-License-Identifier: Apache-2.0 */
/* A publication as the message that gateways read (PROTOCOL.md, section 9). */
#ifndef ML_CONSOLE_PUBLISH_BUNDLE_H
#define ML_CONSOLE_PUBLISH_BUNDLE_H

#include <stdbool.h>

#include "console/publish.h"
#include "message/content_codec.h"

/* Would these files be a good bundle? False with why. Reads nothing but the files. */
bool publish_bundle_fits(const struct files *files, char why[CONTENT_WHY_MAX]);

/* The message of a publication that was sent (it has its time): always the same octets. NULL with
 * why; the caller frees it. */
char *publish_bundle_write(struct db *db, int64_t publication, size_t *len,
                           char why[CONTENT_WHY_MAX]);

/* A text for people in one line of at most `most` characters, as bundles want it: line feeds become
 * blanks, what is too long ends in "…". out holds cap octets. */
void publish_one_line(const char *in, size_t most, char *out, size_t cap);

#endif
