/* SPDX-License-Identifier: Apache-2.0 */
/* Every screen that a worker can come to, found by answering each screen with all that it offers.
 * For the contact sheets and for tests that look at all screens. */
#ifndef ML_TEST_EXPLORE_H
#define ML_TEST_EXPLORE_H

#include "base/conf.h"
#include "core/turn.h"
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

/* What to walk through. */
struct explore_walk {
    size_t lang;   /* of the catalog */
    size_t layout; /* SMS if it limits segments */
    bool notices;  /* also answer each screen with a wrong key */
};

/* A screen on the way. All of it is borrowed for the call. */
struct explore_screen {
    const struct node *node;
    const struct view *view;
    size_t lang, layout;
    unsigned page;             /* of the body, from 1 */
    const struct screen *sent; /* as it goes to the phone */
    const char *body;          /* the whole body, NUL-terminated */
    size_t len;
    size_t start, end, next; /* octets of the body: first and after the last shown, next screen */
    bool fallback;           /* a line of it stands in the source language for want of another */
};
typedef void (*explore_fn)(void *arg, const struct explore_screen *s);

/* Call fn for each screen once, in the order of the menu: a body's screens, then what they lead to.
 * The choice of language and SMS of our own are not followed; an amount that is asked for is
 * answered with one sample. Returns how many screens there were, or -1 without memory. */
long explore_all(const struct explore *x, const struct explore_walk *walk, explore_fn fn,
                 void *arg);

/* The body of a view's node, as its handler or the catalog writes it. Returns its octets. */
size_t explore_body(const struct explore *x, const struct explore_walk *walk,
                    const struct view *view, struct buf *out);

#endif
