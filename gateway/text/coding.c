/* SPDX-License-Identifier: Apache-2.0 */
#include "text/coding.h"

#include "base/utf8.h"
#include "text/gsm7.h"

int coding_measure(const char *text, size_t len, struct measure *out)
{
    struct measure m = {.coding = CODING_GSM7};
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0)
            return -1;
        unsigned cost = m.coding == CODING_GSM7 ? gsm7_cost(cp) : 0;
        if (m.coding == CODING_GSM7 && cost == 0) {
            m.coding = CODING_UCS2;
            m.guilty = cp;
            m.guilty_at = at;
        }
        m.septets += cost;
        m.units += step > 3 ? 2 : 1;
        at += (size_t)step;
    }
    if (m.coding == CODING_UCS2)
        m.septets = 0;
    *out = m;
    return 0;
}

size_t coding_octets(const struct measure *m)
{
    return m->coding == CODING_GSM7 ? (m->septets * 7 + 7) / 8 : m->units * 2;
}
