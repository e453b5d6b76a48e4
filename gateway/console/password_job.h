/* SPDX-License-Identifier: Apache-2.0 */
/* A password on its way through the hasher's thread: compared, made, or compared and then made.
 *
 *   endpoint -> password_post -> thread -> done, in the loop -> console_answer by the call's id
 *
 * What done needs to know goes with the job by value: who asked may be gone by then, and rows may
 * have changed, so that done looks again. */
#ifndef ML_CONSOLE_PASSWORD_JOB_H
#define ML_CONSOLE_PASSWORD_JOB_H

#include "base/password.h"
#include "console/call.h"
#include "console/people_link.h"
#include "console/session.h"
#include "console/throttle.h"

enum { CODE_MAX = 16, LANGUAGE_MAX = 16 };

struct password_job {
    struct console *console;
    uint64_t call;
    /* What is to be done. An account that is none is compared with console.people->nobody. */
    bool compare, make;
    char stored[PASSWORD_STORED_SIZE]; /* compare: with this */
    char password[PASSWORD_MAX + 1];   /* compare: this one; make alone: of this one */
    char wanted[PASSWORD_MAX + 1];     /* compare and make: of this one */
    /* What came out. */
    bool fits;
    bool failed;                      /* no memory for the hash */
    char fresh[PASSWORD_STORED_SIZE]; /* make, if it fits; also if the stored one is dated */
    /* For done. */
    void (*done)(struct password_job *job); /* borrowed for the call */
    struct person person;                   /* id 0: nobody */
    char login[PERSON_LOGIN_SIZE];
    char name[PERSON_NAME_SIZE];
    char address[THROTTLE_ADDRESS_SIZE];
    char code[CODE_MAX + 1];
    char secret[SESSION_SECRET_SIZE]; /* of the session that asks, or of a link */
};

/* A job of this call; NULL after a failure was answered. */
struct password_job *password_job(const struct call *call);

/* Hand it over; it is no longer the caller's. If too many wait, 503 is answered. */
void password_post(struct password_job *job);

/* Forget it, without the hasher. */
void password_job_free(struct password_job *job);

/* Copy a member of the request into the job: a password of at most PASSWORD_MAX octets. Returns 0,
 * or -1 after a failure was answered; the job is then freed. */
int password_take(const struct call *call, const char *member, struct password_job *job,
                  char out[PASSWORD_MAX + 1]);

#endif
