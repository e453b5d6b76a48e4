/* SPDX-License-Identifier: Apache-2.0 */
/* The world of mekongline-console: one process for the staff of Migration Resource Centres.
 *
 *   browser ── nginx ── io/web ── router ── api_*.c ── modules ── console.db, cases, MQTT
 *
 * Everything happens in the loop's thread but two kinds of work: passwords are hashed, and content
 * is compiled, each in a thread of its own (io/worker.h). */
#ifndef ML_CONSOLE_CONSOLE_H
#define ML_CONSOLE_CONSOLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "core/handler.h"
#include "io/db.h"
#include "io/loop.h"
#include "io/mqtt.h"
#include "io/web.h"
#include "io/worker.h"

/* What all modules are given; each module's own state is its pointer, which its open sets and its
 * close frees. */
struct console {
    const struct conf *conf;
    const struct handler_table *handlers;
    struct clock clock;
    struct log *log;
    struct loop *loop;
    struct db *db; /* console.db */
    struct web *web;
    struct mqtt *mqtt;
    struct worker *hasher; /* passwords */

    struct people *people;
    struct workbench *workbench;
    struct draft *draft;
    struct versions *versions;
    struct ring *ring;
    struct queue *queue;
    struct volumes_link *volumes;
};

/* A part of the console. Functions may be NULL. */
struct module {
    const char *name;
    /* In the order of the table. Returns 0, or -1 with why: a sentence with the remedy. */
    int (*open)(struct console *c, char why[CONF_ERROR_MAX]);
    void (*close)(struct console *c); /* in reverse order; also if open failed or never ran */
    const char *topic;                /* subscribed: what follows ROOT/, such as "content" */
    void (*message)(struct console *c, const struct mqtt_message *m); /* any topic of any module */
    void (*up)(struct console *c);                                    /* the broker is there */
};

/* All modules, ended by an entry without a name (modules.c). */
extern const struct module console_modules[];

/* The scripts of console.db in the order in which they came, NULL-terminated (tables.c). */
extern const char *const console_tables[];

/* ms since 1970 */
static inline int64_t console_now(const struct console *c)
{
    return clock_now(&c->clock);
}

/* Publish. Returns 0, or -1 while the broker is away. topic is what follows ROOT/. */
int console_publish(struct console *c, const char *topic, const char *payload, size_t len,
                    bool retain);

/* The program: words, configuration, loop. Returns its exit status. */
int console_main(int argc, char **argv, const struct handler_table *handlers);

#endif
