/* SPDX-License-Identifier: Apache-2.0 */
/* The content in the tree with all that drawing its screens needs. For the contact sheets and for
 * tests that look at all screens. */
#ifndef ML_TEST_EXPLORE_H
#define ML_TEST_EXPLORE_H

#include "base/conf.h"
#include "editing/walk.h"
#include "setup/setup.h"

/* Content, layouts and rules of a gateway without servers. */
struct explore {
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct turn_rules rules;
    struct catalog *catalog;
};

/* Set every option to its default, with that content folder. Carriers may be added before
 * explore_load. */
void explore_init(struct explore *x, const char *content);

/* Load the content. Returns 0, or -1 with the reasons on stderr. */
int explore_load(struct explore *x);
void explore_free(struct explore *x);

/* A walk through its screens. */
struct walk explore_walk(const struct explore *x, size_t lang, size_t layout);

#endif
