/* SPDX-License-Identifier: Apache-2.0 */
/* Real servers for tests: each in a temporary folder of its own, on a Unix socket, gone at the end.
 * All fail the test by themselves (cmocka). */
#ifndef ML_TESTS_SUPPORT_SERVER_H
#define ML_TESTS_SUPPORT_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

#include "io/loop.h"

enum { SERVER_PATH_MAX = 64 };

struct server {
    char folder[SERVER_PATH_MAX / 2];
    char socket[SERVER_PATH_MAX];
    int port;  /* of Redis, besides the socket; 0 for none */
    int bus;   /* of a node of a cluster */
    pid_t pid; /* 0 while it does not run */
};

/* Make the folder and choose the socket's path; nothing runs yet. */
void server_init(struct server *s);

/* Write a file of the folder and return its path in out. */
void server_file(const struct server *s, const char *name, const char *text,
                 char out[SERVER_PATH_MAX]);

/* Start a program (found also in /usr/sbin; output to `log` in the folder) and wait until its
 * socket accepts. */
void server_start(struct server *s, const char *const argv[]);

/* Send a signal; after SIGKILL and SIGTERM wait for the end. */
void server_signal(struct server *s, int signal_number);

/* Kill it if it runs, and remove the folder. */
void server_end(struct server *s);

/* A port of the loopback interface that nobody uses. */
int server_free_port(void);

/* redis-server with a password ("" for none), mosquitto with the further lines of configuration. */
void server_start_redis(struct server *s, const char *password);
void server_start_mosquitto(struct server *s, const char *lines);

/* redis-server as a node of a cluster on its two ports, with the password "hush"; it has no slots
 * and knows nobody, unless it was started before. */
void server_start_node(struct server *s);

/* redis-server as a sentinel alone, on the socket, that watches the master at a port, under the
 * name "mekongline" and with the password "hush"; further lines of configuration. */
void server_start_sentinel(struct server *s, int master_port, const char *lines);

/* Run the loop until done(arg). Fails the test after 20 s. */
void server_await(struct loop *l, bool (*done)(void *arg), void *arg);

/* Run the loop for ms. */
void server_run_for(struct loop *l, int ms);

#endif
