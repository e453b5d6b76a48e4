/* SPDX-License-Identifier: Apache-2.0 */
/* Between the files of versions.h and publish.h. */
#ifndef ML_CONSOLE_VERSIONS_INTERNAL_H
#define ML_CONSOLE_VERSIONS_INTERNAL_H

#include "console/versions.h"

/* What a fault of the database is for the caller. */
enum version_result version_fault(enum db_result r);

/* A row function: *(int64_t *)arg is the first column. */
bool version_take_number(void *arg, const struct db_value *columns, size_t count);

/* What a column says, whatever a damaged file has in it. */
const char *version_text(const struct db_value *v);

/* Store the files of a version. */
enum db_result version_files_add(struct db *db, int64_t id, const struct files *files);

/* The hash of PROTOCOL.md, section 9.2, in hex digits. */
void version_hash(const struct files *files, char out[VERSION_HASH_HEX + 1]);

#endif
