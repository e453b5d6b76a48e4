/* SPDX-License-Identifier: Apache-2.0 */
/* The contract of a handler: what draws the screens of one type of node, and takes the answers to
 * them.
 *
 * A handler is one file in handlers/ and one line in handlers/table.c. It is pure: no clock, no
 * socket, no allocation, no state of its own.
 *
 * BODY: MUST write the whole body of the view's node, as text without footers, with words that it
 * takes by handler_say, handler_wording and handler_format; MUST depend on nothing but the scene.
 * It is called for each screen of the body and again for repeats. NULL for types whose screens the
 * catalog compiles (menu, article).
 *
 * INPUT: gets what the worker typed, after the keys for back, home, more and exit were taken out.
 * It changes the view's form, or names the node to go to, or refuses. MAY change the remembered
 * choices of the session (language, corridor, stopped). MUST NOT touch anything else.
 *
 * ENTER: MAY change the session when the worker arrives at the node (STOP). NULL if nothing
 * happens.
 *
 * ERRAND: INPUT MAY answer TURN_ERRAND: something has to be done outside before there is an answer.
 * ERRAND says what. Its result becomes the last entry of the form (enum errand_result), then BODY
 * draws it. A repeat of the message draws the stored result; it runs no errand again.
 *
 * EFFECTS: MAY ask for an SMS of our own; MUST depend on nothing but the scene, because a repeat
 * asks again under the same id. */
#ifndef ML_CORE_HANDLER_H
#define ML_CORE_HANDLER_H

#include "base/buf.h"
#include "core/scene.h"
#include "message/request.h"

/* What has to be done before a step can be answered: put a request on disk, or ask how a case
 * stands. The core fills the rest of the request: who, when, and what follows from the message's
 * id. */
enum errand_kind { ERRAND_FILE, ERRAND_ASK };

struct errand {
    enum errand_kind kind;
    struct request request;             /* FILE: kind, country, wish, safe */
    bool with_text;                     /* FILE: the message's text belongs to it */
    char case_no[REQUEST_CASE_MAX + 1]; /* ASK */
    char pin[REQUEST_PIN_MAX + 1];
};

/* What the errand leaves in the form: for FILE the reference of the request, which is above 0, or
 * minus an enum filed; for ASK an enum case_state, or ERRAND_LIMIT. The numbers are part of stored
 * sessions. */
enum errand_result {
    ERRAND_FULL = -FILED_FULL,
    ERRAND_FAILED = -FILED_FAILED,
    ERRAND_LIMIT = -FILED_LIMIT
};

enum { EFFECTS_NOTE_MAX = 320 };

struct effects {
    const struct node *sms;      /* send this node's text by SMS; NULL for nothing */
    char note[EFFECTS_NOTE_MAX]; /* send this by SMS, cut to one; "" for nothing */
    unsigned marks;              /* of the note's texts; the core sets it */
};

struct handler {
    const char *type; /* as in menu.json */
    bool compiled;    /* screens come from the catalog; body is NULL */
    enum screen_kind kind;
    bool ends;       /* a USSD session is over after its screen */
    bool transient;  /* never gone back to, never resumed */
    bool raw;        /* gets every key but exit itself */
    bool form_steps; /* back takes back the last entry of the form first */
    bool own_budget; /* its steps do not count against the limits on the rest */
    void (*body)(const struct scene *s, struct buf *out);
    enum verdict (*input)(struct turn *t);
    enum verdict (*enter)(struct turn *t);
    void (*errand)(const struct turn *t, struct errand *out);
    void (*effects)(const struct scene *s, struct effects *out);
};

/* All handlers, in handlers/table.c; main hands it to the core. The order is free. */
struct handler_table {
    const struct handler *const *list; /* NULL-terminated */
};

/* Write "N label" lines for a list; number counts from 1. */
void handler_option(struct buf *out, unsigned number, const char *label);

/* A choice of 1..n as 0..n-1, or -1. */
int handler_pick(const struct turn *t, size_t n);

/* Go to a node with an empty form. */
enum verdict handler_go(struct turn *t, const struct node *target);

/* Choose one of the node's children, the way a menu does. */
enum verdict handler_choose_child(struct turn *t);

/* The first node of a type with that arg, or NULL. */
const struct node *handler_node(const struct scene *s, const char *type, const char *arg);

/* The handler of a node; never NULL for a node of the scene's catalog. */
const struct handler *handler_of(const struct handler_table *t, const struct node *n);

/* The wording of an id, and of a text, in the scene's language. */
const char *handler_say(const struct scene *s, const char *id);
const char *handler_wording(const struct scene *s, const struct text *t);

/* Write a line that warns if the text's review is overdue. */
void handler_warn(const struct scene *s, const struct text *t, struct buf *out);

/* Write a text with {name} replaced: catalog_format. */
void handler_format(const struct scene *s, const char *id, const char *const *pairs,
                    struct buf *out);

/* A number that nobody has dialled stands in the body, behind that octet. */
void handler_note_unverified(const struct scene *s, const char *number, const struct buf *body,
                             size_t from);

#endif
