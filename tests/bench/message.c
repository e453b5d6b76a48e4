/* SPDX-License-Identifier: Apache-2.0 */
#include "message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SESSION_SIZE = 12, DEADLINE_SIZE = 40 };

int message_print(const struct message *m, char *out, size_t size)
{
    char session[SESSION_SIZE], deadline[DEADLINE_SIZE] = "";
    if (m->deadline_ms > 0)
        snprintf(deadline, sizeof deadline, ",\"deadline\":%" PRId64, m->deadline_ms);
    if (!m->code)
        return snprintf(out, size,
                        "{\"v\":1,\"kind\":\"sms\",\"id\":\"%s\",\"msisdn\":\"85620%08" PRIu32
                        "\",\"to\":\"1234\",\"text\":\"%s\",\"network\":\"45701\",\"at\":%" PRId64
                        "%s}",
                        m->id, m->subscriber, m->text, m->at_ms, deadline);
    snprintf(session, sizeof session, "s%" PRIu32, m->subscriber);
    return snprintf(out, size,
                    "{\"v\":1,\"kind\":\"ussd\",\"id\":\"%s\",\"msisdn\":\"85620%08" PRIu32
                    "\",\"session\":\"%s\",\"event\":\"%s\",\"code\":\"%s\",\"text\":\"%s\","
                    "\"network\":\"45701\",\"at\":%" PRId64 "%s}",
                    m->id, m->subscriber, m->session ? m->session : session,
                    m->begin ? "begin" : "continue", m->code, m->text, m->at_ms, deadline);
}

const char *message_re(const char *payload, size_t len, size_t *n)
{
    static const char name[] = "\"re\":\"";
    const char *re = memmem(payload, len, name, sizeof name - 1);
    if (!re)
        return NULL;
    re += sizeof name - 1;
    const char *end = memchr(re, '"', len - (size_t)(re - payload));
    *n = end ? (size_t)(end - re) : 0;
    return end ? re : NULL;
}

bool message_has(const char *payload, size_t len, const char *piece)
{
    return memmem(payload, len, piece, strlen(piece)) != NULL;
}
