/* SPDX-License-Identifier: Apache-2.0 */
/* A bridge named laotel, a real broker, and a gateway that says only what a test makes it say. The
 * root is t; a message is repeated after 100 ms. */
#ifndef ML_TESTS_SUPPORT_BRIDGE_WORLD_H
#define ML_TESTS_SUPPORT_BRIDGE_WORLD_H

#include "base/conf.h"
#include "bridge/bridge.h"
#include "support/peer.h"

enum { BRIDGE_WORLD_SEEN = 256 };

/* What came to the gateway. */
struct bridge_world_seen {
    char topic[64];
    char payload[256];
};

struct bridge_world {
    struct world *w; /* peer b publishes for the gateway, peer a is free for the test */
    struct conf conf;
    struct metrics *metrics;
    struct bridge *bridge;
    struct mqtt *gateway; /* subscribed to t/+/in/+ */
    struct bridge_world_seen seen[BRIDGE_WORLD_SEEN];
    size_t seen_count;
    bool answers; /* answer each SMS by itself */
    /* What the bridge told. */
    int answered, refused, expired, reported;
    int turn_away; /* answers that the user does not take */
    char re[MESSAGE_ID_MAX + 1], text[64], from[24];
    char expired_ids[8][MESSAGE_ID_MAX + 1];
    struct bridge_refusal refusal;
    void (*then)(struct bridge_world *b); /* called at the end of each event, if set */
    /* For waiting. */
    const char *wanted_id;
    int wanted;
};

/* cmocka's setup and teardown. Broker and gateway are up; the bridge is not made yet. */
int bridge_world_open(void **state);
int bridge_world_close(void **state);

struct bridge_options bridge_world_options(struct bridge_world *b, struct loop *loop);

/* Make the bridge and wait until it is up. */
void bridge_world_start(struct bridge_world *b);

/* A message of the subscriber 8562055512345; deadline in ms from now, 0 for none. */
struct mo bridge_world_sms(const char *id, int64_t deadline_ms);

/* The gateway publishes: an SMS that settles re ("" for one of its own), or an error. */
void bridge_world_answer(struct bridge_world *b, const char *re, const char *text);
void bridge_world_refuse(struct bridge_world *b, const char *re, const char *error);

/* How often the gateway has seen this id. */
int bridge_world_count(const struct bridge_world *b, const char *id);

/* Wait until the gateway has seen this id so often. */
void bridge_world_await(struct bridge_world *b, const char *id, int times);

/* Wait until *counter, one of the world's, is n. */
void bridge_world_await_told(struct bridge_world *b, const int *counter, int n);

/* Wait until all that the gateway has published before has come to the bridge. */
void bridge_world_settle_down(struct bridge_world *b);

/* For server_await; arg is the world. */
bool bridge_world_is_up(void *arg);

#endif
