/* SPDX-License-Identifier: Apache-2.0 */
/* Who is signed in. The browser has a random secret in a cookie; the database has its SHA-256, so
 * that nobody signs in with a copy of the database. The token against forged requests follows from
 * the secret, so it is bound to the session and stored nowhere. */
#ifndef ML_CONSOLE_SESSION_H
#define ML_CONSOLE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/people.h"
#include "io/db.h"

struct console;

#define SESSION_COOKIE "__Host-mekong"

enum {
    SESSION_SECRET_SIZE = 65, /* 256 bits in hex, and a NUL */
    SESSION_TOKEN_SIZE = 65,
    SESSION_HEADER_SIZE = 160, /* of a Set-Cookie */
    SESSION_MAX = 10           /* of one person; the oldest end */
};

/* How long one lasts without a request, and in all. */
struct session_life {
    int64_t idle_ms, all_ms;
};

extern const char session_tables[];

/* The secret in the value of a Cookie header. Returns 0; -1 if there is none, two that differ, or
 * one that is no secret of ours. header may be NULL. */
int session_read_cookie(const char *header, char secret[SESSION_SECRET_SIZE]);

/* The value of the Set-Cookie header that gives the secret, or, for NULL, takes it away. */
void session_write_cookie(const char *secret, char out[SESSION_HEADER_SIZE]);

/* The token that requests of this session must show. */
void session_token(const char *secret, char out[SESSION_TOKEN_SIZE]);

/* Begin one for a person that has shown who it is; secret is filled. */
enum db_result session_begin(struct db *db, int64_t person, int64_t now_ms,
                             char secret[SESSION_SECRET_SIZE]);

/* Whose is it? Returns 0; 1 if it is nobody's: unknown, over, or its person is deactivated; -1 for
 * a fault of the database. Its use is noted, once a minute. */
int session_look(struct db *db, const char *secret, const struct session_life *life, int64_t now_ms,
                 struct person *out);

/* The router's door: the value of the Cookie header (or NULL) to a person and its token. Returns as
 * session_look. */
int session_find(struct console *c, const char *cookie, struct person *out,
                 char token[SESSION_TOKEN_SIZE]);

enum db_result session_end(struct db *db, const char *secret);
/* All of a person, but the one of `except` (NULL: all). */
enum db_result session_end_all(struct db *db, int64_t person, const char *except);
/* Those that are over. */
enum db_result session_expire(struct db *db, const struct session_life *life, int64_t now_ms);

#endif
