/* SPDX-License-Identifier: Apache-2.0 */
#include "outage.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>

#include "latency.h"

void outage_kill(struct outage *o)
{
    if (o->pid == 0 || o->killed_us)
        return;
    if (kill((pid_t)o->pid, SIGKILL) < 0)
        perror("kill");
    o->killed_us = latency_now_us();
}

void outage_settled(struct outage *o, int64_t sent_us, bool repeated)
{
    if (!o->killed_us || (sent_us > o->killed_us && !repeated))
        return;
    o->waited++;
    o->served_us = latency_now_us();
}

void outage_print(const struct outage *o)
{
    printf(" repeated=%" PRIu32 " twice=%" PRIu32, o->repeated, o->twice);
    if (o->killed_us)
        printf(" waited=%" PRIu32 " served_ms=%" PRId64, o->waited,
               (o->served_us - o->killed_us) / 1000);
}
