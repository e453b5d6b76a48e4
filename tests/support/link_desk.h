/* SPDX-License-Identifier: Apache-2.0 */
/* An SMPP link without a socket, and a carrier that says what the test wants. All that the link
 * does is noted, one line each, for the test to compare:
 *
 *   > COMMAND SEQUENCE STATUS    a PDU was written
 *   bound | closed WHY | deliver SEQUENCE TEXT | refused COMMAND STATUS
 *   submitted TOKEN STATUS [ID] | submitted TOKEN unknown
 */
#ifndef ML_TESTS_SUPPORT_LINK_DESK_H
#define ML_TESTS_SUPPORT_LINK_DESK_H

#include "smpp/link.h"

enum { DESK_ENQUIRE_MS = 30000, DESK_RESPONSE_MS = 10000, DESK_WINDOW = 3, DESK_BUSY = 0x14 };

struct link_desk {
    struct link *link; /* NULL without memory */
    int64_t now;
    size_t piece; /* octets that the link gets at once; 0: all */
    char told[4096];
    size_t len;
    bool lose;         /* the connection is lost with the next write or refusal */
    bool submit_again; /* on each `submitted` */
};

/* Nothing is asserted here: an allocation may have been made to fail. */
void desk_open(struct link_desk *d, const struct link_options *o);
void desk_close(struct link_desk *d);

/* What most tests use: a transceiver. */
struct link_options desk_options(void);

/* Such a one that is bound (cmocka); its next number is 2. */
void desk_bind(struct link_desk *d);

/* The carrier says a PDU, or any octets. */
void desk_carrier(struct link_desk *d, uint32_t command, uint32_t status, uint32_t sequence);
void desk_carrier_pdu(struct link_desk *d, const struct pdu *p);
void desk_octets(struct link_desk *d, const void *octets, size_t len);

/* A deliver_sm, and the answer to a submit_sm that was taken under that id. */
void desk_deliver(struct link_desk *d, uint32_t sequence, const char *text);
void desk_accept(struct link_desk *d, uint32_t sequence, const char *id);

/* We submit a text. */
int desk_submit(struct link_desk *d, const char *text, uint64_t token);

/* Time passes, and the link looks at its timers. Returns when it wants to look again. */
int64_t desk_wait(struct link_desk *d, int64_t ms);

/* Everything since the last time is this (cmocka). */
void desk_says(struct link_desk *d, const char *lines);

#endif
