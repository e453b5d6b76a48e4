/* SPDX-License-Identifier: Apache-2.0 */
/* Content that is tables, not texts: fee rules, complaint channels, resource centres, countries and
 * kinds of problem. */
#ifndef ML_CATALOG_LISTS_H
#define ML_CATALOG_LISTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"

enum confidence { CONFIDENCE_LOW, CONFIDENCE_MEDIUM, CONFIDENCE_HIGH };
enum fee_verdict {
    FEE_UNKNOWN,
    FEE_CEILING,
    FEE_FORBIDDEN,
    FEE_LIMITED /* there is a limit, but it is no amount: it depends on the wage or the country */
};

struct corridor {
    const char *id;
    uint32_t key;          /* from the id */
    const char *from, *to; /* ISO 3166-1 */
    const struct text *label;
};

struct fee_item {
    const char *id;
    uint32_t key;
    const struct text *label;
};

struct fee_rule {
    const char *id;
    const struct corridor *corridor;
    const struct fee_item *item;
    enum fee_verdict verdict;
    int64_t amount;          /* whole units; only for a ceiling */
    const char *currency;    /* ISO 4217 */
    const struct text *rule; /* what the rule says */
    const struct text *source_name;
    const char *date; /* of the source, as written */
};

/* A complaint channel, or a resource centre (then kinds is empty). */
struct contact {
    const char *id;
    const char *country;
    const struct text *name;
    const char *number;           /* "" if none is known */
    const char *const *kinds;     /* NULL-terminated */
    const char *const *languages; /* that are spoken there, ISO 639-1, NULL-terminated; none: not
                                     known */
    const char *const *serves; /* citizens of these countries alone, NULL-terminated; none: all */
    const char *dial_from;     /* ISO codes separated by spaces */
    const char *year;          /* of the source */
    bool verified;             /* somebody has dialled it */
    enum confidence confidence;
};

size_t lists_corridor_count(const struct catalog *c);
const struct corridor *lists_corridor(const struct catalog *c, size_t i);
const struct corridor *lists_corridor_by_key(const struct catalog *c, uint32_t key);
size_t lists_item_count(const struct catalog *c);
const struct fee_item *lists_item(const struct catalog *c, size_t i);
const struct fee_item *lists_item_by_key(const struct catalog *c, uint32_t key);
const struct fee_rule *lists_rule(const struct catalog *c, const struct corridor *from_to,
                                  const struct fee_item *item); /* NULL if none */

/* Channels and centres in the order of the files; the ones of low confidence are never among them.
 */
size_t lists_channel_count(const struct catalog *c);
const struct contact *lists_channel(const struct catalog *c, size_t i);
size_t lists_centre_count(const struct catalog *c);
const struct contact *lists_centre(const struct catalog *c, size_t i);

#endif
