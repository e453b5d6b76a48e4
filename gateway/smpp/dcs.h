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

/* What alphabet a data_coding names. The profile's own numbers win. Then, for SMS, SMPP's values 0
 * to 15 (1 and 3 are IA5 and Latin-1, 8 UCS-2, the others 8-bit) and above them the groups of TS
 * 23.038 section 4, of which the reserved ones are GSM 7-bit. For USSD section 5 of it; only 8 is
 * SMPP's UCS-2 there too, because carriers use it so and Portuguese, which it would be, is none of
 * ours. */
enum dcs_alphabet dcs_alphabet(const struct profile *p, uint8_t data_coding, bool ussd);

/* Octets of a message, without user data header, as UTF-8, NUL-terminated; 4 * len * 8 / 7 + 1
 * octets of cap are enough. A language before a USSD text (data_coding 0x10, 0x11) is dropped, and
 * so is U+0000, which some SMSCs put at the end. Returns octets written, or -1 for an alphabet that
 * is no text, an odd number of UCS-2 octets, an octet over 127 in GSM 7-bit, or cap too small. */
struct dcs_octets {
    const uint8_t *octets;
    size_t len;
    uint8_t data_coding;
    bool ussd;
};
int dcs_read(const struct profile *p, const struct dcs_octets *in, char *out, size_t cap);

/* A text of that coding as octets (one octet a septet unless it is USSD and the profile packs; in
 * Latin-1 if the profile's data_coding is 0 and that means Latin-1 to the carrier). Returns octets
 * written, or -1 if cap is too small or the text is not of that coding; *data_coding is the
 * profile's. */
struct dcs_text {
    const char *text; /* UTF-8 */
    size_t len;
    enum coding coding;
    bool ussd;
};
int dcs_write(const struct profile *p, const struct dcs_text *in, uint8_t *out, size_t cap,
              uint8_t *data_coding);

#endif
