/* SPDX-License-Identifier: Apache-2.0 */
/* What a phone knows: its number, its USSD session, the screen it shows and the SMS it got. */
#ifndef ML_PHONE_HANDSET_H
#define ML_PHONE_HANDSET_H

#include <stdbool.h>
#include <stddef.h>

#include "io/loop.h"
#include "phone/line.h"

enum { HANDSET_NUMBER_MAX = 15, HANDSET_PREFIX = 8 };

/* How the last message of a phone was settled. */
enum outcome {
    OUTCOME_NONE,    /* nothing was sent that needs settlement */
    OUTCOME_WAITING, /* not settled yet */
    OUTCOME_SCREEN,
    OUTCOME_SMS,
    OUTCOME_SILENT,
    OUTCOME_REFUSED,
    OUTCOME_LOST /* no answer in time */
};

struct handset_sms {
    char *from, *text;
    enum coding coding;
    unsigned segments;
};

struct handset {
    char number[HANDSET_NUMBER_MAX + 1];
    char session[MESSAGE_SESSION_MAX + 1];
    bool in_session;
    bool ended; /* the gateway ended the session: the screen has no reply box */
    char last_id[MESSAGE_ID_MAX + 1];
    enum outcome outcome;
    char refusal[192]; /* "code: sentence" of the last message; "" if it was not refused */
    char *screen;      /* NULL before the first */
    struct handset_sms *inbox;
    size_t inbox_len, inbox_read; /* oldest first; read counts those that were looked at */
    struct handset *next;
};

/* All phones of one process, by number. */
struct handsets {
    struct line line;
    struct loop *loop;               /* stopped whenever something arrives */
    char prefix[HANDSET_PREFIX + 1]; /* of ids and sessions: no other process has it */
    unsigned messages, sessions;
    struct handset *first;
};

/* Begin with no phone. The line is opened by the caller, with handsets_events. alone: no other
 * process talks to the same gateway, so ids need not differ between runs. */
void handsets_init(struct handsets *all, struct loop *loop, bool alone);
struct line_events handsets_events(struct handsets *all);
void handsets_free(struct handsets *all); /* the line stays open */

/* The phone of a number of 6-15 digits, a new one if there was none. NULL without memory. */
struct handset *handsets_get(struct handsets *all, const char *number);

/* Send. Return 0, or -1 (no session, or no memory). All SMS so far count as read. */
int handset_dial(struct handsets *all, struct handset *h, const char *code);
int handset_answer(struct handsets *all, struct handset *h, const char *text);
int handset_send_sms(struct handsets *all, struct handset *h, const char *to, const char *text);
int handset_hang_up(struct handsets *all, struct handset *h, enum mo_cause cause);

/* Run the loop until the last message of h is settled or given up. */
void handset_wait(struct handsets *all, const struct handset *h);

/* Run the loop until an SMS is unread, at most ms (offline nothing more comes: no time at all).
 * Returns whether there is one. */
bool handset_wait_sms(struct handsets *all, const struct handset *h, int64_t ms);

#endif
