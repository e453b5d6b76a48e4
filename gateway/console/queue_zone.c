/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "console/queue.h"

/* The countries that the content knows; each has one time everywhere (China by law). */
static const struct {
    const char *country, *zone;
} zones[] = {
    {"CN", "Asia/Shanghai"}, {"KH", "Asia/Phnom_Penh"}, {"LA", "Asia/Vientiane"},
    {"MM", "Asia/Yangon"},   {"TH", "Asia/Bangkok"},    {"VN", "Asia/Ho_Chi_Minh"},
};

const char *queue_zone(const char *country)
{
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (strcmp(zones[i].country, country) == 0)
            return zones[i].zone;
    return NULL;
}
