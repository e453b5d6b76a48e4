/* SPDX-License-Identifier: Apache-2.0 */
/* The ways through the broker. What is sent may be lost, doubled, overtaken or late. */
#ifndef ML_SIMULATION_NET_H
#define ML_SIMULATION_NET_H

#include "message/message.h"
#include "simulation/disk.h"
#include "simulation/queue.h"

struct gateway;

/* An answer on its way to the bridge. */
struct wire {
    enum mt_kind kind;
    bool is_refusal;
    enum refusal_code code;
    int64_t retry_ms;
    bool settles, end;
    bool knows_all; /* the gateway has had all contents */
    enum coding coding;
    unsigned segments, input, part; /* the message's number, and the n of its id */
    size_t len;
    char text[]; /* NUL-terminated */
};

/* Input number `input` of the bridge to one of the gateways. */
void net_to_gateways(struct sim *s, unsigned input);

/* The gateway's ports. */
int net_publish(struct gateway *g, const struct mt *mt);
int net_refuse(struct gateway *g, const struct refusal *r);
int net_send_entry(struct gateway *g, const struct forward_entry *e);

/* From the receiver to all gateways. */
void net_ack(struct sim *s, const char *id);

/* Ask everybody how a case stands. */
void net_ask(struct gateway *g, uint64_t number, const struct case_ask *ask);

#endif
