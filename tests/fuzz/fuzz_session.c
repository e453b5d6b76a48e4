/* SPDX-License-Identifier: Apache-2.0 */
/* A record of the store: any octets are read or refused, and what is read is written again the
 * same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/ports.h"
#include "core/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct session s = {.tag = 0}, again = {.tag = 0}; /* what nobody reads is not set */
    uint8_t record[PORTS_RECORD_MAX];
    if (session_decode(data, size, &s) < 0)
        return 0;
    size_t len = session_encode(&s, record, sizeof record);
    if (len == 0 || session_decode(record, len, &again) < 0 || memcmp(&s, &again, sizeof s) != 0)
        abort();
    return 0;
}
