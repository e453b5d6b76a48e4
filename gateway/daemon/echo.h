/* SPDX-License-Identifier: Apache-2.0 */
/* How long a message waits before this gateway reads it, in the broker and in sockets. Ten times a
 * second the gateway sends itself a number by way of the broker, which hands out in order: what is
 * read before a number comes back came to the broker before the number did, so it has waited at
 * least as long as the number is under way. No other machine's clock is needed, and a message that
 * its bridge repeats does not look old. */
#ifndef ML_DAEMON_ECHO_H
#define ML_DAEMON_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "io/loop.h"
#include "io/mqtt.h"

enum { ECHO_UNDER_WAY_MAX = 128 };

/* The numbers from back + 1 to sent are under way. */
struct echo_numbers {
    uint64_t sent, back;
    int64_t sent_us[ECHO_UNDER_WAY_MAX];
    bool heard; /* the broker has brought one back, and does so still */
};

/* A number was sent. At most ECHO_UNDER_WAY_MAX may be under way. */
void echo_sent(struct echo_numbers *n, int64_t now_us);

/* A number came back, and those before it with it, or are lost. Returns how long it took, or -1 if
 * nobody waits for it. */
int64_t echo_back(struct echo_numbers *n, uint64_t number, int64_t now_us);

/* How long a message has waited at least that is read now; 0 where that cannot be known. */
int64_t echo_waited_us(const struct echo_numbers *n, int64_t now_us);

struct echo;

/* mqtt is asked for at each use: it comes later, and may go before. Returns NULL without memory. */
struct echo_options {
    struct loop *loop;
    struct mqtt *const *mqtt;
    const char *topic; /* copied */
    struct log *log;
    struct metrics *metrics;
};
struct echo *echo_new(const struct echo_options *o);
void echo_free(struct echo *e); /* NULL is fine */

/* The broker is connected: what was under way on the last connection is lost. */
void echo_up(struct echo *e);

/* Take a message if it is an echo. */
bool echo_message(struct echo *e, const struct mqtt_message *m);

/* As echo_waited_us, now. */
int64_t echo_waited_ms(const struct echo *e);

#endif
