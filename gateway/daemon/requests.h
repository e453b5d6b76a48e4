/* SPDX-License-Identifier: Apache-2.0 */
/* Requests for help in a running gateway: from dispatch to the journal, from the journal over MQTT
 * to the case work, and what comes back. */
#ifndef ML_DAEMON_REQUESTS_H
#define ML_DAEMON_REQUESTS_H

#include <stdbool.h>

#include "base/conf.h"
#include "core/dispatch.h"
#include "io/mqtt.h"

struct requests;

/* Borrowed for the life of the requests. */
struct requests_options {
    const struct conf *conf;
    struct loop *loop;
    struct dispatch *dispatch;
    struct log *log;
    struct metrics *metrics;
};

/* Returns NULL with why: a sentence with the remedy (an unreadable key). A journal that cannot be
 * opened is no reason: it is tried again, and meanwhile workers get the phone channels. */
struct requests *requests_new(const struct requests_options *o, char why[256]);
void requests_free(struct requests *r); /* NULL is fine */

void requests_set_mqtt(struct requests *r, struct mqtt *mqtt);

/* The configuration was read anew; it is the same struct conf. */
void requests_reload(struct requests *r);

/* The functions for struct ports; arg is the requests. */
void requests_file(void *arg, uint64_t txn, const struct request *request);
void requests_ask(void *arg, uint64_t txn, const struct case_ask *ask);

/* A message from the broker. Returns whether it was one for here. */
bool requests_message(struct requests *r, const struct mqtt_message *m);

/* The connection to the broker is back. */
void requests_up(struct requests *r);

/* Is something wrong that operators have to know: the journal cannot write, or too much waits? */
bool requests_degraded(const struct requests *r);

#endif
