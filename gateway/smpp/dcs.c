/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/dcs.h"

#include "base/utf8.h"
#include "text/gsm7.h"
#include "text/ucs2.h"

enum {
    SMPP_DEFAULT = 0,
    SMPP_IA5 = 1,
    SMPP_LATIN1 = 3,
    SMPP_UCS2 = 8,
    LANGUAGE_GSM7 = 0x10,
    LANGUAGE_UCS2 = 0x11,
    LANGUAGE_SEPTETS = 3, /* two letters and CR */
    LANGUAGE_OCTETS = 2,  /* two letters, packed */
    COMPRESSED = 0x20,
    RETURN = 0x0D,
    SEPTETS_MAX = 300 /* of a packed USSD string: 254 octets are 290 */
};

/* Bits 3 and 2 where a group has a character set; the reserved value is GSM 7-bit. */
static enum dcs_alphabet set_of(uint8_t dc)
{
    static const enum dcs_alphabet sets[] = {DCS_GSM7, DCS_8BIT, DCS_UCS2, DCS_GSM7};
    return sets[dc >> 2 & 3];
}

static enum dcs_alphabet general(uint8_t dc)
{
    return dc & COMPRESSED ? DCS_COMPRESSED : set_of(dc);
}

/* SMPP v3.4, 5.2.19. */
static enum dcs_alphabet of_smpp(uint8_t dc)
{
    if (dc == SMPP_DEFAULT)
        return DCS_GSM7;
    if (dc == SMPP_IA5 || dc == SMPP_LATIN1)
        return DCS_LATIN1;
    return dc == SMPP_UCS2 ? DCS_UCS2 : DCS_8BIT;
}

/* TS 23.038 section 4, by the upper four bits; those below 0x10 are SMPP's. */
static enum dcs_alphabet of_sms(uint8_t dc)
{
    switch (dc >> 4) {
    case 0x0:
        return of_smpp(dc);
    case 0x1: /* general */
    case 0x2:
    case 0x3:
    case 0x4: /* the same, marked for automatic deletion */
    case 0x5:
    case 0x6:
    case 0x7:
        return general(dc);
    case 0xE: /* message waiting, in UCS-2 */
        return DCS_UCS2;
    case 0xF: /* with a class */
        return dc & 4 ? DCS_8BIT : DCS_GSM7;
    default: /* reserved; message waiting in GSM 7-bit */
        return DCS_GSM7;
    }
}

/* TS 23.038 section 5. */
static enum dcs_alphabet of_ussd(uint8_t dc)
{
    if (dc == SMPP_UCS2 || dc == LANGUAGE_UCS2)
        return DCS_UCS2;
    switch (dc >> 4) {
    case 0x4: /* general */
    case 0x5:
    case 0x6:
    case 0x7:
        return general(dc);
    case 0x9: /* with a user data header */
        return set_of(dc);
    case 0xD: /* I1 protocol */
    case 0xE: /* WAP */
        return DCS_8BIT;
    case 0xF: /* with a class */
        return dc & 4 ? DCS_8BIT : DCS_GSM7;
    default: /* a language; reserved */
        return DCS_GSM7;
    }
}

enum dcs_alphabet dcs_alphabet(const struct profile *p, uint8_t data_coding, bool ussd)
{
    const struct conf_profile *c = p->conf;
    if (data_coding == SMPP_DEFAULT && p->dcs_0_is_latin1)
        return DCS_LATIN1;
    if (data_coding == (ussd ? c->ussd_dcs_gsm7 : c->sms_dcs_gsm7))
        return DCS_GSM7;
    if (data_coding == (ussd ? c->ussd_dcs_ucs2 : c->sms_dcs_ucs2))
        return DCS_UCS2;
    return ussd ? of_ussd(data_coding) : of_sms(data_coding);
}

static int read_latin1(const uint8_t *octets, size_t len, char *out, size_t cap)
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++)
        if (!utf8_append(octets[i], out, cap, &n))
            return -1;
    out[n] = '\0';
    return (int)n;
}

/* Where the text begins after a language, if there is one. */
static size_t language_septets(uint8_t dc, const uint8_t *septets, size_t n)
{
    bool has = dc == LANGUAGE_GSM7 && n >= LANGUAGE_SEPTETS && septets[2] == RETURN;
    return has ? LANGUAGE_SEPTETS : 0;
}

static int read_gsm7(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap)
{
    uint8_t unpacked[SEPTETS_MAX];
    const uint8_t *septets = in->octets;
    int n = (int)in->len;
    if (in->ussd && p->conf->ussd_packed) {
        septets = unpacked;
        n = gsm7_unpack_ussd(in->octets, in->len, unpacked, sizeof unpacked);
    }
    if (n < 0)
        return -1;
    size_t start = in->ussd ? language_septets(in->data_coding, septets, (size_t)n) : 0;
    return gsm7_decode(septets + start, (size_t)n - start, out, cap);
}

static int read_ucs2(const struct dcs_octets *in, char *out, size_t cap)
{
    size_t start = in->ussd && in->data_coding == LANGUAGE_UCS2 ? LANGUAGE_OCTETS : 0;
    if (in->len < start)
        return -1;
    return ucs2_decode(in->octets + start, in->len - start, out, cap);
}

/* Drop NUL characters; the contract forbids them. Returns the octets that are left. */
static int drop_nul(char *text, int len)
{
    int n = 0;
    for (int i = 0; i < len; i++)
        if (text[i] != '\0')
            text[n++] = text[i];
    if (len >= 0)
        text[n] = '\0';
    return len < 0 ? -1 : n;
}

int dcs_read(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap)
{
    enum dcs_alphabet alphabet = dcs_alphabet(p, in->data_coding, in->ussd);
    if (cap == 0)
        return -1;
    out[0] = '\0';
    if (in->len == 0)
        return alphabet == DCS_8BIT || alphabet == DCS_COMPRESSED ? -1 : 0;
    switch (alphabet) {
    case DCS_GSM7:
        return read_gsm7(p, in, out, cap);
    case DCS_LATIN1:
        return drop_nul(out, read_latin1(in->octets, in->len, out, cap));
    case DCS_UCS2:
        return drop_nul(out, read_ucs2(in, out, cap));
    default:
        return -1;
    }
}

static int write_latin1(const char *text, size_t len, uint8_t *out, size_t cap)
{
    size_t n = 0;
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(text + at, len - at, &cp);
        if (step <= 0 || cp > 0xFF || n == cap)
            return -1;
        out[n++] = (uint8_t)cp;
        at += (size_t)step;
    }
    return (int)n;
}

static int write_packed(const char *text, size_t len, uint8_t *out, size_t cap)
{
    uint8_t septets[SEPTETS_MAX];
    int n = gsm7_encode(text, len, septets, sizeof septets);
    return n < 0 ? -1 : gsm7_pack_ussd(septets, (size_t)n, out, cap);
}

int dcs_write(const struct profile *p, const struct dcs_text *in, uint8_t *out, size_t cap,
              uint8_t *data_coding)
{
    const struct conf_profile *c = p->conf;
    if (in->coding == CODING_UCS2) {
        *data_coding = (uint8_t)(in->ussd ? c->ussd_dcs_ucs2 : c->sms_dcs_ucs2);
        return ucs2_encode(in->text, in->len, out, cap);
    }
    *data_coding = (uint8_t)(in->ussd ? c->ussd_dcs_gsm7 : c->sms_dcs_gsm7);
    if (*data_coding == SMPP_DEFAULT && p->dcs_0_is_latin1)
        return write_latin1(in->text, in->len, out, cap);
    if (in->ussd && c->ussd_packed)
        return write_packed(in->text, in->len, out, cap);
    return gsm7_encode(in->text, in->len, out, cap);
}
