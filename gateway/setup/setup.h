/* SPDX-License-Identifier: Apache-2.0 */
/* From the configuration to what the parts of the gateway ask for. Used by the daemon and by the
 * terminal phone without servers. */
#ifndef ML_SETUP_SETUP_H
#define ML_SETUP_SETUP_H

#include "base/conf.h"
#include "catalog/catalog.h"
#include "core/dispatch.h"
#include "message/content_codec.h"
#include "text/zawgyi.h"

/* Layouts: each different pair of limits among the carriers stands once. */
struct setup_layouts {
    struct layout list[CATALOG_LAYOUTS_MAX];
    size_t count;
};

/* Collect the layouts of all carriers. Returns 0, or -1 if they are more than CATALOG_LAYOUTS_MAX.
 */
int setup_layouts(const struct conf *c, struct setup_layouts *out);

/* What dispatch asks for each message of a bridge. */
void setup_carrier(const struct conf *c, const struct setup_layouts *l, const char *bridge,
                   struct carrier_rules *out);

enum { SETUP_TYPES_MAX = 64 };

/* Names of handlers for catalog_options; lives as long as those are used. */
struct setup_types {
    const char *all[SETUP_TYPES_MAX + 1], *pages[SETUP_TYPES_MAX + 1];
};

/* What to load content with; the day is left to the caller. `c`, `l` and `types` must outlive it.
 */
void setup_catalog_options(const struct conf *c, const struct setup_layouts *l,
                           const struct handler_table *handlers, struct setup_types *types,
                           struct catalog_options *out);

/* Load the content that the configuration names. today is the
 * day since 1970 by which texts are past their review. */
struct catalog *setup_catalog(const struct conf *c, const struct setup_layouts *l,
                              const struct handler_table *handlers, int32_t today,
                              struct findings *findings);

/* What setup_bundle loads content by; the same as the parameters of setup_catalog. */
struct setup_load {
    const struct conf *conf;
    const struct setup_layouts *layouts;
    const struct handler_table *handlers;
    int32_t today;
};

/* The same for content that was published. */
struct catalog *setup_bundle(const struct setup_load *l, const struct content_bundle *b,
                             struct findings *findings);

/* The system's day for setup_catalog. */
int32_t setup_today(void);

/* Open the Zawgyi model that the configuration names; *out is NULL if it names none, and the
 * caller's to free. Returns 0, or -1 with err: a sentence with the remedy. */
int setup_zawgyi(const struct conf *c, struct zawgyi **out, char err[ZAWGYI_ERROR_MAX]);

/* Rules and limits; clock, log, metrics, secret, writer and rules.zawgyi are left to the caller. */
struct dispatch_options setup_dispatch(const struct conf *c, const struct handler_table *handlers);

#endif
