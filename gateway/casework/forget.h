/* SPDX-License-Identifier: Apache-2.0 */
/* The three places where a person may be known, and how each forgets. All return 0, or -1 if the
 * place could not be reached; they print what was done or why not, never the number. */
#ifndef ML_CASEWORK_FORGET_H
#define ML_CASEWORK_FORGET_H

#include "base/conf.h"
#include "core/session.h"
#include "message/request.h"

/* A person, by the pseudonyms of a gateway. */
struct person {
    char key[SESSION_KEY_SIZE];            /* of the session */
    char subject[REQUEST_SUBJECT_MAX + 1]; /* in journals and cases */
};

int forget_session(const struct conf *c, const struct person *p);

/* Remove the requests that wait, and leave the order to forget for the case work in their place. */
int forget_requests(const struct conf *c, const struct person *p);

/* Tell the running gateways. */
int forget_memory(const struct conf *c, const struct person *p);

#endif
