/* SPDX-License-Identifier: Apache-2.0 */
/* One aggregator's kind with its bridge, a real broker, a gateway that says only what a test makes
 * it say (bridge_world.h), and a peer that takes SMS as Kannel's sendsms does. */
#ifndef ML_TESTS_SUPPORT_AGGREGATOR_H
#define ML_TESTS_SUPPORT_AGGREGATOR_H

#include "http/kannel.h"
#include "http/kind.h"
#include "support/bridge_world.h"
#include "support/http_peer.h"

enum { AGGREGATOR_SMS_MAX = 64 };

struct aggregator {
    struct bridge_world *b;
    struct conf conf;
    /* Sets what the bounds of a configuration do not allow, such as very short times; may be NULL.
     */
    void (*change)(struct conf_aggregator *c);
    const struct kind *kind;
    void *self; /* of the kind */
    struct bridge *bridge;
    struct web *web; /* of the kind */
    char path[SERVER_PATH_MAX], sendsms[SERVER_PATH_MAX];
    int looked; /* messages of the gateway that the test has looked at */
    /* The peer that takes SMS; NULL while it is away. */
    struct web *kannel;
    int status; /* of its answers; 0: it does not answer */
    int asked;
    char fields[AGGREGATOR_SMS_MAX]
               [512]; /* what it was asked: NAME=VALUE, each with a blank after it */
    size_t wanted;    /* messages in hand that are waited for */
};

/* cmocka's setup and teardown. */
int aggregator_open(void **state);
int aggregator_close(void **state);

/* The kind with these lines of configuration; SMS go to the peer if `sends`. */
void aggregator_start(struct aggregator *a, const char *kind, const char *lines, bool sends);

/* Kannel is there, and answers so. */
void aggregator_kannel(struct aggregator *a, int status);
void aggregator_kannel_away(struct aggregator *a);

/* Ask: "GET /laotel/PART?QUERY", or a POST of the form. The peer is open afterwards. */
void aggregator_get(struct aggregator *a, struct http_peer *p, const char *target);
void aggregator_post(struct aggregator *a, struct http_peer *p, const char *form);

/* Wait for the answer, and hold it against this one: "200 text". Closes the peer. */
void aggregator_answers(struct aggregator *a, struct http_peer *p, const char *answer);

/* Wait for the gateway to see one more message: its id, and its payload. */
const char *aggregator_await_mo(struct aggregator *a, char id[MESSAGE_ID_MAX + 1]);

/* Wait until so many messages are in hand, and until Kannel was asked so often. */
void aggregator_await_in_hand(struct aggregator *a, size_t n);
void aggregator_await_asked(struct aggregator *a, int n);

#endif
