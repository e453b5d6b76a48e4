/* SPDX-License-Identifier: Apache-2.0 */
/* One bind to a carrier: a stream and the SMPP rules on it, made again with jittered back-off
 * whenever it is lost. */
#ifndef ML_SMPP_ESME_H
#define ML_SMPP_ESME_H

#include "base/conf.h"
#include "io/loop.h"
#include "smpp/link.h"

/* conf is borrowed for as long as the bind lives; password for the call. */
struct esme_options {
    const struct conf_smpp *conf;
    enum link_bind bind;
    const char *password;
    uint32_t status_busy; /* our answer to more deliver_sm than window_in */
    uint8_t index;        /* of this bind in its carrier; part of its tokens */
    struct loop *loop;
    struct log *log;
};

/* A token names a deliver_sm on one connection for good: after a new connection it is void. */
struct esme_events {
    void *arg;
    void (*bound)(void *arg);
    /* A bind is lost, which esme_is_bound tells already; delivers: answers to deliver_sm that were
     * given lately may not have arrived. */
    void (*lost)(void *arg, bool delivers);
    void (*deliver)(void *arg, uint64_t token, const struct pdu *p);
    void (*submitted)(void *arg, const struct link_submitted *s);
    void (*refused)(void *arg, uint32_t command, uint32_t status);
};

struct esme;

/* Begin to connect. NULL with why: a sentence with the remedy. */
struct esme *esme_new(const struct esme_options *o, const struct esme_events *e, char why[256]);
void esme_free(struct esme *e); /* NULL is fine. Not from within an event. */

bool esme_is_bound(const struct esme *e);
bool esme_can_submit(const struct esme *e);

/* As link_submit. */
int esme_submit(struct esme *e, const struct pdu *p, uint64_t token);

/* Answer a deliver_sm. Returns 0, or -1 if the token is void: nobody hears it. */
int esme_answer(struct esme *e, uint64_t token, uint32_t status);

/* Which bind a token belongs to. */
uint8_t esme_index(uint64_t token);

/* Unbind, and do not come back. */
void esme_leave(struct esme *e);
bool esme_is_gone(const struct esme *e); /* after esme_leave: unbound and closed */

#endif
