/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of SMPP (SMPP v3.4, 5.2.5 to 5.2.9) and what the contract calls them: digits without a
 * plus sign, or a name. */
#ifndef ML_SMPP_ADDRESS_H
#define ML_SMPP_ADDRESS_H

#include <stdbool.h>

#include "smpp/pdu.h"
#include "smpp/profile.h"
#include "text/msisdn.h"

enum {
    TON_UNKNOWN,
    TON_INTERNATIONAL,
    TON_NATIONAL,
    TON_NETWORK,
    TON_SUBSCRIBER,
    TON_ALPHANUMERIC,
    TON_ABBREVIATED,
    NPI_UNKNOWN = 0,
    NPI_E164 = 1
};

/* The E.164 digits of an address: 6-15, no 0 first, TON unknown or international, with or without a
 * plus sign. Returns false for all else: a national number read as an international one would be
 * somebody else's. */
bool address_msisdn(const struct pdu_address *a, char out[MSISDN_MAX + 1]);

/* Whoever sent an SMS: the E.164 digits if it is such a number, else the address as it stands. */
void address_originator(const struct pdu_address *a, char out[sizeof a->digits]);

/* Can the contract say it (PROTOCOL.md, 2.1)? An originator is UTF-8 without control characters, a
 * shortcode printable ASCII; neither is empty. */
bool address_is_originator(const struct pdu_address *a);
bool address_is_shortcode(const struct pdu_address *a);

/* An address of ours: digits get the profile's TON and NPI, digits after a plus sign TON 1 and NPI
 * 1 without it, a name TON 5 and NPI 0. Returns 0, or -1 if it is empty or over 20 octets. */
int address_ours(const struct profile *p, const char *name, struct pdu_address *out);

/* A subscriber, by the digits of the MSISDN. Returns 0 or -1. */
int address_subscriber(const struct profile *p, const char *msisdn, struct pdu_address *out);

#endif
