/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <inttypes.h>
#include <stdio.h>

static int print_sms(const struct message *m, char *out, size_t size)
{
    return snprintf(out, size,
                    "{\"v\":1,\"kind\":\"sms\",\"id\":\"%s\",\"msisdn\":\"85620%08" PRIu32
                    "\",\"to\":\"1234\",\"text\":\"%s\",\"network\":\"45701\",\"at\":%" PRId64 "}",
                    m->id, m->subscriber, m->text, m->at_ms);
}

int message_print(const struct message *m, char *out, size_t size)
{
    if (!m->code)
        return print_sms(m, out, size);
    return snprintf(out, size,
                    "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s\",\"msisdn\":\"85620%08" PRIu32
                    "\",\"session\":\"s%" PRIu32 "\",\"event\":\"%s\",\"code\":\"%s\","
                    "\"text\":\"%s\",\"network\":\"45701\",\"at\":%" PRId64 "}",
                    m->id, m->subscriber, m->subscriber, m->begin ? "begin" : "continue", m->code,
                    m->text, m->at_ms);
}
