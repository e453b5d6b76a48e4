/* SPDX-License-Identifier: Apache-2.0 */
/* What the endpoints of sign-in and account share. */
#ifndef ML_CONSOLE_API_SESSION_H
#define ML_CONSOLE_API_SESSION_H

#include "console/call.h"
#include "console/password_job.h"
#include "console/people.h"

/* Answer with who somebody is: {person, token, language, must_change_password, totp}. cookie may be
 * NULL. */
void api_answer_me(struct console *c, uint64_t call, const struct person *p, const char *token,
                   const char *cookie);

/* {"roles":["viewer",…]}, as a member. */
void api_write_roles(struct json_out *j, const char *key, unsigned roles);

/* Is the password that the job was compared with still the one of the person, who may still sign
 * in? Another admin may have changed that while the hasher worked. Reads the person again. */
bool api_still_fits(struct password_job *job);

/* Count a try against an account and the job's address. Returns false after a failure was answered;
 * the job is then freed. */
bool api_may_try(const struct call *call, struct password_job *job, const char *login);

#endif
