/* SPDX-License-Identifier: Apache-2.0 */
/* Every screen that a worker can come to, found by answering each screen with all that it offers.
 */
#ifndef ML_EDITING_WALK_H
#define ML_EDITING_WALK_H

#include "core/turn.h"

/* What to walk through. */
struct walk {
    const struct catalog *catalog;
    const struct turn_rules *rules; /* with a secret for case numbers */
    size_t lang;                    /* of the catalog */
    size_t layout;                  /* SMS if it limits segments */
    bool notices;                   /* also answer each screen with a wrong key */
    bool fallback;                  /* find out which screens show the source language */
};

/* A screen on the way. All of it is borrowed for the call. */
struct walk_screen {
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
typedef void (*walk_fn)(void *arg, const struct walk_screen *s);

/* Call fn for each screen once, in the order of the menu: a body's screens, then what they lead to.
 * The choice of language and SMS of our own are not followed; an amount that is asked for is
 * answered with one sample. Returns how many screens there were, or -1 without memory. */
long walk_all(const struct walk *walk, walk_fn fn, void *arg);

/* The body of a view's node, as its handler or the catalog writes it. Returns its octets. */
size_t walk_body(const struct walk *walk, const struct view *view, struct buf *out);

#endif
