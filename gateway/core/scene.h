/* SPDX-License-Identifier: Apache-2.0 */
/* What a handler works with: the scene that a screen is drawn from, and the turn in which an answer
 * is taken. */
#ifndef ML_CORE_SCENE_H
#define ML_CORE_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"
#include "core/session.h"

struct handler_table;

enum { SHOWN_NUMBERS_MAX = 64 };

/* What was written, for those who count: nothing that is drawn depends on it. */
struct shown {
    unsigned marks; /* of the texts, enum text_mark */
    unsigned count;
    uint16_t numbers[SHOWN_NUMBERS_MAX]; /* that nobody has dialled: their octets in the body */
};

/* What keys, references and case numbers are made with; borrowed. */
struct secret {
    const char *octets;
    size_t len;
};

/* What a screen may depend on. */
struct scene {
    const struct catalog *catalog;
    const struct node *node;
    const struct view *view;
    size_t lang; /* of the catalog */
    size_t layout;
    bool sms;             /* the worker writes SMS; else USSD */
    bool show_unverified; /* numbers that nobody has dialled yet */
    const struct handler_table *handlers;
    const struct secret *secret;
    struct shown *shown; /* out; may be NULL */
};

enum verdict {
    TURN_STAY,    /* the view was changed (or not): draw it */
    TURN_GO,      /* go to turn->target, with the present node on the trail */
    TURN_HOME,    /* the main menu, with an empty trail */
    TURN_END,     /* draw the view, then the dialogue is over */
    TURN_INVALID, /* not an answer to this screen: say so above it */
    TURN_NOT_A_NUMBER,
    TURN_BAD_CASE, /* not a case number */
    TURN_BAD_PIN,
    TURN_ERRAND /* do the handler's errand, then draw */
};

/* One step in the making. */
struct turn {
    struct scene scene;
    struct session *session;   /* for remembered choices */
    struct view *view;         /* the node's own form */
    const char *text;          /* what was typed: digits as ASCII, trimmed; NUL-terminated */
    int choice;                /* the number typed, or -1 */
    const struct node *target; /* out: for TURN_GO */
    int64_t target_form[SESSION_FORM_MAX]; /* out: the form at the target */
    uint8_t target_form_len;
    uint16_t target_start; /* out: octets into the target's body; 0 but for a resumed screen */
};

#endif
