/* SPDX-License-Identifier: Apache-2.0 */
/* The pure step: (catalog, session, input, now) -> (session', view'); and the pure drawing: view ->
 * screen and effects. No socket, no clock, no allocation that outlives the call. */
#ifndef ML_CORE_TURN_H
#define ML_CORE_TURN_H

#include <stdbool.h>

#include "core/handler.h"
#include "message/message.h"

struct zawgyi;

struct turn_rules {
    const struct handler_table *handlers;
    struct secret secret;
    struct keys keys;
    int64_t ussd_ms, sms_ms, resume_ms;
    unsigned loop_repeats, requests_per_day;
    bool show_unverified;
    const struct zawgyi *zawgyi; /* borrowed; NULL: Zawgyi is not recognised */
};

/* How a step moved, for those who count: it says nothing that a step depends on. */
enum turn_way { TURN_WAY_NONE, TURN_WAY_CHOSEN, TURN_WAY_BACK };

struct turn_trace {
    uint32_t open; /* the node at which a USSD dialogue broke off; 0 if none did */
    uint32_t from; /* the node that the answer left; 0 if it stays, or none was shown */
    enum turn_way way;
    bool files;   /* it counts as left only if the request was filed */
    bool arrived; /* a node is shown from its beginning */
    bool begins;  /* a dialogue of its own begins */
};

struct turn_input {
    const struct mo *mo;
    size_t layout; /* of the catalog, for this bridge and channel */
    int64_t now_ms;
    bool amnesia; /* the store is down and nothing is known: no language screen, the main menu in
                     the country's language */
    struct errand *errand;    /* out, if the step waits for one; may be NULL */
    struct turn_trace *trace; /* out; may be NULL */
};

enum turn_result {
    TURN_STEPPED, /* session->now holds what to show */
    TURN_WAITS,   /* an errand has to be done first, then turn_done */
    TURN_NOTHING  /* nothing to save or to show (a USSD end for a session that is not ours) */
};

/* Take one step for an MO (begin, continue, end or SMS). */
enum turn_result turn_take(const struct catalog *c, const struct turn_rules *rules,
                           const struct turn_input *in, struct session *s);

/* An errand is done: go on with the step that waits for it. */
void turn_done(struct session *s, enum errand_kind kind, int64_t result);

/* Does this MO belong to a dialogue with a budget of its own, or does it begin one? */
bool turn_own_budget(const struct catalog *c, const struct turn_rules *rules,
                     const struct turn_input *in, const struct session *s);

/* A screen ready to send. text points into the catalog or into the memory given to turn_draw. */
struct screen {
    const char *text;
    size_t len;
    const char *json; /* prepared JSON string, or NULL */
    size_t json_len;
    enum coding coding;
    unsigned segments;
    const char *lang;    /* code of the language that it is written in */
    unsigned marks;      /* of its texts, enum text_mark */
    unsigned unverified; /* numbers on it that nobody has dialled */
    bool end;
    bool silent;
};

enum { TURN_SCREEN_MAX = 4096 };

struct turn_draw {
    const struct turn_rules *rules;
    size_t layout;
    bool sms;
    char *memory; /* TURN_SCREEN_MAX octets */
};

/* Draw a view. Never fails: what cannot be drawn shows ui.failed. */
void turn_draw(const struct catalog *c, const struct turn_draw *how, const struct view *view,
               struct screen *out, struct effects *effects);

/* The catalog's language that a view is drawn in. */
size_t turn_language(const struct catalog *c, const struct view *view);

/* Is this the last screen of the view's body? */
bool turn_last(const struct catalog *c, const struct turn_draw *how, const struct view *view);

/* Where the view's screen ends: octets into the body, where the next screen starts. -1 if it has no
 * body. */
long turn_next(const struct catalog *c, const struct turn_draw *how, const struct view *view);

/* One SMS of a text, for effects: from octet `start` on; `how` holds the SMS layout. Returns the
 * start of the next SMS, 0 after the last, or -1. */
struct sms_text {
    const char *head, *text; /* a line above the first SMS, "" for none; what is cut */
    size_t len;
    size_t lang;    /* of the catalog */
    unsigned marks; /* enum text_mark */
};

/* A node's text, a warning above it if its review is overdue; text is NULL if it has none. */
struct sms_text turn_sms_text(const struct catalog *c, const struct node *n, size_t lang);

long turn_sms_part(const struct catalog *c, const struct turn_draw *how, const struct sms_text *t,
                   size_t start, struct screen *out);

/* Does this MO go on with the dialogue that the session is in? */
bool turn_continues(const struct turn_rules *rules, const struct turn_input *in,
                    const struct session *s);

#endif
