/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/address.h"

#include <string.h>

#include "base/utf8.h"

enum { DIGITS_MAX = sizeof((struct pdu_address *)0)->digits - 1 };

static bool all_digits(const char *s)
{
    return *s != '\0' && s[strspn(s, "0123456789")] == '\0';
}

bool address_msisdn(const struct pdu_address *a, char out[MSISDN_MAX + 1])
{
    const char *digits = a->digits + (a->digits[0] == '+');
    size_t len = strlen(digits);
    if ((a->ton != TON_UNKNOWN && a->ton != TON_INTERNATIONAL) || digits[0] == '0' ||
        !msisdn_valid(digits, len))
        return false;
    memcpy(out, digits, len + 1);
    return true;
}

void address_originator(const struct pdu_address *a, char out[sizeof a->digits])
{
    if (!address_msisdn(a, out))
        memcpy(out, a->digits, sizeof a->digits);
}

/* C0 and C1 controls, and DEL. */
static bool is_control(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp < 0xA0);
}

bool address_is_originator(const struct pdu_address *a)
{
    size_t len = strlen(a->digits), at = 0;
    uint32_t cp;
    int step = 1;
    while (at < len && (step = utf8_next(a->digits + at, len - at, &cp)) > 0 && !is_control(cp))
        at += (size_t)step;
    return len > 0 && at == len;
}

bool address_is_shortcode(const struct pdu_address *a)
{
    const char *s = a->digits;
    while (*s >= ' ' && *s <= '~')
        s++;
    return s > a->digits && *s == '\0';
}

static int fill(struct pdu_address *out, const char *digits, unsigned ton, unsigned npi)
{
    size_t len = strlen(digits);
    if (len == 0 || len > DIGITS_MAX)
        return -1;
    memset(out, 0, sizeof *out);
    out->ton = (uint8_t)ton;
    out->npi = (uint8_t)npi;
    memcpy(out->digits, digits, len);
    return 0;
}

int address_ours(const struct profile *p, const char *name, struct pdu_address *out)
{
    if (name[0] == '+' && all_digits(name + 1))
        return fill(out, name + 1, TON_INTERNATIONAL, NPI_E164);
    if (all_digits(name))
        return fill(out, name, (unsigned)p->conf->source_ton, (unsigned)p->conf->source_npi);
    return fill(out, name, TON_ALPHANUMERIC, NPI_UNKNOWN);
}

int address_subscriber(const struct profile *p, const char *msisdn, struct pdu_address *out)
{
    return fill(out, msisdn, (unsigned)p->conf->dest_ton, (unsigned)p->conf->dest_npi);
}
