/* SPDX-License-Identifier: Apache-2.0 */
/* Guessing passwords is made slow: wrong sign-ins are counted for each account, for accounts that
 * are none, too, and for each address. A try counts as wrong before it is looked at, and is
 * forgiven when it was right: many at once have no more tries than one after the other. */
#ifndef ML_CONSOLE_THROTTLE_H
#define ML_CONSOLE_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

#include "io/db.h"

enum {
    THROTTLE_ACCOUNT = 5,  /* wrong ones of an account before each further one has to wait */
    THROTTLE_ADDRESS = 30, /* of an address, where a whole office may be behind */
    THROTTLE_ADDRESS_SIZE = 64
};

extern const char throttle_tables[];

/* May somebody at this address try this account now? *wait_ms gets 0 and the try is counted; or how
 * long to wait, and nothing is. login and address are kept as hashes: people type passwords into
 * the wrong field. */
enum db_result throttle_try(struct db *db, const char *login, const char *address, int64_t now_ms,
                            int64_t *wait_ms);

/* It was right: the account begins anew, and the address has one less. */
enum db_result throttle_forgive(struct db *db, const char *login, const char *address,
                                int64_t now_ms);

/* Nobody has looked whether it was right: it was no try. */
enum db_result throttle_take_back(struct db *db, const char *login, const char *address);

/* Forget what no longer counts. */
enum db_result throttle_expire(struct db *db, int64_t now_ms);

/* Who asks: the peer; or, if a proxy of ours is in front, the last address that it has written into
 * X-Forwarded-For (NULL if there is none). What is no address of IPv4 or IPv6 stands for itself as
 * "unknown". Of IPv6 the first 64 bits count: they are one customer's. */
void throttle_address(const char *peer, const char *forwarded, char out[THROTTLE_ADDRESS_SIZE]);

#endif
