/* SPDX-License-Identifier: Apache-2.0 */
/* A section [profile NAME], ready to use: what the words of the configuration mean, as numbers. */
#ifndef ML_SMPP_PROFILE_H
#define ML_SMPP_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

enum { PROFILE_CODES_MAX = 16 };

enum profile_long { LONG_UDH8, LONG_UDH16, LONG_SAR, LONG_PAYLOAD };
enum profile_mo_id { MO_ID_NONE, MO_ID_RECEIPTED, MO_ID_REFERENCE };

/* A set of codes, such as values of ussd_service_op. */
struct profile_codes {
    uint32_t code[PROFILE_CODES_MAX];
    size_t count;
};

struct profile {
    const struct conf_profile *conf; /* numbers are read there; borrowed */
    struct profile_codes ussd_begin, ussd_continue, ussd_user, ussd_timeout, ussd_network;
    struct profile_codes errors_throttled, errors_temporary;
    bool code_in_destination, dcs_0_is_latin1;
    enum profile_long sms_long;
    enum profile_mo_id mo_id;
};

/* Read the words. Returns 0, or -1 with why, a sentence that names the option and the remedy: a
 * list that is none, one ussd_service_op in two lists, a bit of the session's parameter with two
 * meanings, one data_coding for two alphabets, or one that wants a language before a screen. */
int profile_read(const struct conf_profile *c, struct profile *out, char why[CONF_ERROR_MAX]);

bool profile_has(const struct profile_codes *codes, uint32_t code);

#endif
