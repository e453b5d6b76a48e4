/* SPDX-License-Identifier: Apache-2.0 */
/* Which submitted message a receipt speaks of. SMSCs write one id in two ways: in hexadecimal and
 * in decimal, with and without leading zeros, in capitals or not. Exact ids win over alike ones,
 * and an id that could be two different ones matches neither.
 *
 * A receipt may overtake the answer that names its id: it is kept for 60 s. And while such an
 * answer may be missing, an alike id proves nothing: in a list of decimal ids 10 is also 16 in
 * hexadecimal. So alike ids are looked for when answer_ms have passed. Bounded: the oldest leave
 * first. */
#ifndef ML_SMPP_SENT_H
#define ML_SMPP_SENT_H

#include "smpp/receipt.h"

struct sent;

struct sent_options {
    size_t messages;     /* ids known, at most */
    int64_t remember_ms; /* ids */
    int64_t answer_ms;   /* how long a submit_sm_resp may take; 0: alike ids match at once */
    void *arg;
    /* What became of a message: DELIVERED once all of its parts are, else the first that is final
     * and worse; told once. Must not call sent_*. */
    void (*receipt)(void *arg, const char *mt_id, enum mo_status status);
};

struct sent *sent_new(const struct sent_options *o); /* NULL without memory */
void sent_free(struct sent *s);                      /* NULL is fine */

/* A part of an MT (its id, and of how many parts) was accepted under this message_id. An empty
 * message_id is not kept. Without memory it is forgotten, and its receipt matches nothing. */
void sent_add(struct sent *s, const char *message_id, const char *mt_id, unsigned parts,
              int64_t now);

/* A receipt came. Returns 0 if its message is known by exactly this id, else -1: it is kept for a
 * while if it is final. A receipt that comes again changes nothing. */
int sent_receipt(struct sent *s, const struct receipt *r, int64_t now);

/* Match what has waited, forget what is too old; at least once a second. */
void sent_tick(struct sent *s, int64_t now);

size_t sent_count(const struct sent *s); /* ids known */

#endif
