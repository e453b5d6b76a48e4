/* SPDX-License-Identifier: Apache-2.0 */
/* The texts of a language for translators, from content files in memory. */
#ifndef ML_DESK_EXPORT_H
#define ML_DESK_EXPORT_H

#include "base/conf.h"
#include "catalog/bundle.h"
#include "core/handler.h"
#include "desk/exchange.h"

/* Compile files, drafts included, to know how long their texts may be. The caller unrefs; NULL if
 * they have errors. */
struct catalog *export_compile(const struct bundle *files, const struct conf *conf,
                               const struct handler_table *handlers);

struct export_wish {
    const struct bundle *files;
    const char *language; /* not English */
    enum exchange_format format;
    const struct catalog *catalog; /* of the same files, drafts included; NULL: no limits are
                                      told */
};

/* Write into memory, which the caller frees. Returns 0, or -1 with faults. */
int export_texts(const struct export_wish *w, char **out, size_t *len, struct findings *f);

#endif
