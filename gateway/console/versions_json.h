/* SPDX-License-Identifier: Apache-2.0 */
/* Versions, publications and gateways as JSON for the pages, and what may go wrong with them as
 * answers. */
#ifndef ML_CONSOLE_VERSIONS_JSON_H
#define ML_CONSOLE_VERSIONS_JSON_H

#include "console/call.h"
#include "console/gateways.h"
#include "console/publish.h"

/* A version with its authors and publications: {"id","hash","state","note","by","at","authors",
 * "decided","publications",…}. key may be NULL. Returns false if there is no such version. */
bool versions_json_one(struct db *db, struct json_out *j, const char *key, int64_t id);

/* An array of those below `before` (0: all), the newest first. */
enum db_result versions_json_list(struct db *db, struct json_out *j, int64_t before, int max);

/* {"broker","in_force","on_its_way","scheduled","gateways",…}, each member of the open object. */
void versions_json_status(const struct console *c, struct json_out *j);

/* Answer what is not VERSION_OK; nothing was changed. A conflict says how the version stands now.
 * Returns true if it was VERSION_OK. */
bool versions_done(const struct call *call, enum version_result r, int64_t id);
/* The same for an answer that comes late. */
bool versions_done_late(struct console *c, uint64_t call, enum version_result r, int64_t id);

#endif
