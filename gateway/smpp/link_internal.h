/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the link share: link.c (life and timers), link_in.c (what comes), link_out.c
 * (what goes). */
#ifndef ML_SMPP_LINK_INTERNAL_H
#define ML_SMPP_LINK_INTERNAL_H

#include "smpp/link.h"
#include "smpp/window.h"

/* A request of ours of which there is one at most. */
struct link_request {
    bool waits;
    uint32_t sequence;
    int64_t at;
};

struct link {
    struct link_options o; /* strings are in bind */
    struct link_events e;
    struct pdu bind_pdu;
    enum link_state state;
    uint32_t sequence; /* the last that we gave */
    int64_t heard;     /* when the last PDU came */
    struct link_request bind, enquire, unbind;
    struct window *out; /* submit_sm without an answer */
    struct window *in;  /* deliver_sm without an answer */
    size_t pending;     /* octets of a PDU that is not whole yet */
    uint8_t input[PDU_MAX];
    uint8_t output[PDU_MAX];
};

/* Write a PDU. Returns 0, or -1 if it cannot be written. */
int link_write(struct link *l, const struct pdu *p);

/* Write a header without a body, or with an empty one. */
void link_write_plain(struct link *l, uint32_t command, uint32_t status, uint32_t sequence);

/* Begin a request of ours: number and time. */
void link_request(struct link *l, struct link_request *r, int64_t now);

void link_enquire(struct link *l, int64_t now);

/* Is this the answer to that request? Then it waits no more. */
bool link_request_done(struct link_request *r, uint32_t sequence);

/* CLOSED, if it is not yet: tell submits and closed. */
void link_close(struct link *l, const char *why);

#endif
