/* SPDX-License-Identifier: Apache-2.0 */
/* What the console keeps in memory of people and their sessions, and the first admin. */
#ifndef ML_CONSOLE_PEOPLE_MODULE_H
#define ML_CONSOLE_PEOPLE_MODULE_H

#include <stdio.h>

#include "base/password.h"
#include "console/console.h"
#include "console/session.h"

/* console.people */
struct people {
    struct session_life life;
    /* What a password is compared with where there is no account, so that both take as long. */
    char nobody[PASSWORD_STORED_SIZE];
    struct loop_timer *hourly;
};

/* A module (modules.c). Opening makes the admin of a console that has no people, and prints its
 * one-time password. */
int people_open(struct console *c, char why[CONF_ERROR_MAX]);
void people_close(struct console *c);

/* Make `admin` of a database without people. Returns 0, also if there are some; -1 with why. */
int people_first(struct db *db, int64_t now_ms, FILE *out, char why[CONF_ERROR_MAX]);

/* Give `admin` a one-time password, the role and its way in again, for whoever may write the
 * database's file. All its sessions end. The same returns. */
int people_reset_admin(struct db *db, int64_t now_ms, FILE *out, char why[CONF_ERROR_MAX]);

#endif
