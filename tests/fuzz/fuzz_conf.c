/* SPDX-License-Identifier: Apache-2.0 */
/* Any text as a configuration file: it is read or refused with a message, and never breaks
 * anything. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct conf c;
    char err[CONF_ERROR_MAX];
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    int r = conf_parse(text, "fuzz", &c, err);
    if ((r == 0) != (err[0] == '\0'))
        abort();
    if (!conf_carrier(&c, "fuzz") || c.carrier_count > CONF_CARRIERS_MAX ||
        c.smpp_count > CONF_LINKS_MAX || c.aggregator_count > CONF_AGGREGATORS_MAX ||
        c.profile_count > CONF_PROFILES_MAX || !conf_profile(&c, "standard"))
        abort();
    free(text);
    return 0;
}
