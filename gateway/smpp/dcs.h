/* SPDX-License-Identifier: Apache-2.0 */
/* data_coding in both directions: what alphabet the octets of a message have, and the octets of a
 * text. SMPP v3.4 section 5.2.19; 3GPP TS 23.038 section 4 (SMS) and 5 (USSD). */
#ifndef ML_SMPP_DCS_H
#define ML_SMPP_DCS_H

#include <stddef.h>
#include <stdint.h>

#include "smpp/profile.h"
#include "text/coding.h"

enum dcs_alphabet { DCS_GSM7, DCS_LATIN1, DCS_UCS2, DCS_8BIT, DCS_COMPRESSED };

/* What alphabet a data_coding names. ussd: section 5 of TS 23.038 (0x0f, 0x11 with a language
 * before, 01xx general, all reserved ones are GSM 7-bit); else SMPP's own values (1 and 3 Latin-1
 * and IA5, 8 UCS-2, 2, 4 and others 8-bit) and the groups of TS 23.038 section 4 (0xc0-0xff,
 * 0x10-0x3f).
 */
enum dcs_alphabet dcs_alphabet(const struct profile *p, uint8_t data_coding, bool ussd);

/* Octets of a message, without user data header, as UTF-8 (NUL-terminated, cap octets at least 4 *
 * len * 8 / 7 + 1). fill: bits after a user data header (only where packed). A language before a
 * USSD text (data_coding 0x10, 0x11) is dropped. Returns octets written, or -1 for an alphabet that
 * is no text, an odd number of UCS-2 octets, or an octet over 127 in GSM 7-bit. */
struct dcs_octets {
    const uint8_t *octets;
    size_t len;
    uint8_t data_coding;
    bool ussd;
};
int dcs_read(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap);

/* A text of that coding as octets (one octet a septet unless it is USSD and the profile packs).
 * Returns octets written, or -1 if cap is too small or the text is not of that coding; *data_coding
 * is the profile's. */
struct dcs_text {
    const char *text; /* UTF-8 */
    size_t len;
    enum coding coding;
    bool ussd;
};
int dcs_write(const struct profile *p, const struct dcs_text *in, uint8_t *out, size_t cap,
              uint8_t *data_coding);

#endif
