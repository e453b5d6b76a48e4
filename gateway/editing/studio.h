/* SPDX-License-Identifier: Apache-2.0 */
/* What it takes to make screens of content as the gateways do: layouts, rules and handlers of the
 * configuration. Once made nothing of it changes, so threads may share it; it must not be moved. */
#ifndef ML_EDITING_STUDIO_H
#define ML_EDITING_STUDIO_H

#include "core/turn.h"
#include "editing/files.h"
#include "setup/setup.h"

struct studio {
    const struct conf *conf;
    struct setup_layouts layouts;
    struct setup_types types;
    struct turn_rules rules; /* with a secret that hides nothing */
    struct catalog_options options;
};

/* Returns 0, or -1 if the carriers have too many different limits. All is borrowed. */
int studio_init(struct studio *s, const struct conf *conf, const struct handler_table *handlers);

struct studio_wish {
    int32_t today;              /* day since 1970 */
    bool drafts;                /* show translations that nobody has reviewed */
    bool faulty;                /* as keep_faulty of the options */
    const struct catalog *like; /* NULL, or a catalog of this studio to copy screens from */
};

/* Compile files as a gateway does. The catalog belongs to one thread at a time. NULL with findings.
 */
struct catalog *studio_load(const struct studio *s, const struct files *f,
                            const struct studio_wish *w, struct findings *findings);

/* The handler of a node; NULL if nothing draws its type (of a faulty catalog). */
const struct handler *studio_handler(const struct studio *s, const struct node *n);

/* The first node of a type, such as "fees"; NULL if there is none. */
const struct node *studio_node(const struct studio *s, const struct catalog *c, const char *type);

#endif
