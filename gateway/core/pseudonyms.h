/* SPDX-License-Identifier: Apache-2.0 */
/* The store's keys of subscribers, remembered for those who wrote of late: the HMAC that makes one
 * is the dearest part of a step. No MSISDN is kept, only its SipHash under a key that is drawn at
 * the start and leaves the process never. */
#ifndef ML_CORE_PSEUDONYMS_H
#define ML_CORE_PSEUDONYMS_H

#include <stddef.h>

#include "core/session.h"

struct pseudonyms;

/* The secret is copied, in a form of its own. NULL without memory. */
struct pseudonyms *pseudonyms_new(const char *secret, size_t secret_len);
void pseudonyms_free(struct pseudonyms *p);

/* What session_key makes of the MSISDN. */
void pseudonyms_key(struct pseudonyms *p, const char *msisdn, char out[SESSION_KEY_SIZE]);

#endif
