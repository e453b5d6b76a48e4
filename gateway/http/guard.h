/* SPDX-License-Identifier: Apache-2.0 */
/* Who may ask: by a shared secret, by address, or by both. */
#ifndef ML_HTTP_GUARD_H
#define ML_HTTP_GUARD_H

#include "base/conf.h"
#include "io/web.h"

enum { GUARD_SECRET_MAX = 128 };

struct guard {
    char secret[GUARD_SECRET_MAX + 1]; /* "": none */
    const char *allow;                 /* of the configuration; "": any address */
};

/* Read secret_file and allow. Returns 0, or -1 with why: a sentence with the remedy. */
int guard_read(const struct conf_aggregator *c, struct guard *out, char why[CONF_ERROR_MAX]);

/* May whoever sent this request ask? The secret stands in `Authorization: Bearer SECRET` or in the
 * field `secret`; it is compared in constant time. */
bool guard_lets_in(const struct guard *g, const struct web_request *r);

#endif
