/* SPDX-License-Identifier: Apache-2.0 */
/* The example of PROTOCOL.md, section 8: a request, the key that it is sealed for, and what is
 * inside. It never changes, so a receiver that opens it opens what gateways send. */
#ifndef ML_TEST_REQUEST_EXAMPLE_H
#define ML_TEST_REQUEST_EXAMPLE_H

#include "base/seal.h"

/* clang-format off */
#define EXAMPLE_SECRET {0xB5, 0xE9, 0xAB, 0xC1, 0x02, 0x0E, 0x2A, 0x75, 0x72, 0x4C, 0x30, 0xF3, 0x18, 0x79, 0xB1, 0xF7, 0x9D, 0x7A, 0x59, 0x1B, 0xAC, 0x22, 0xB2, 0x25, 0xD4, 0xAF, 0x82, 0x41, 0xF0, 0xF5, 0x98, 0x15}
#define EXAMPLE_PUBLIC {0x03, 0x1E, 0x15, 0x2D, 0x32, 0x69, 0x93, 0xC3, 0x6B, 0xAF, 0x7B, 0x63, 0x20, 0x65, 0xEB, 0xC9, 0xA5, 0x3A, 0x5F, 0x85, 0xC2, 0xCB, 0x5C, 0xBC, 0xDD, 0x5C, 0xB4, 0x1E, 0x91, 0xA8, 0xD3, 0x6C}
/* clang-format on */
#define EXAMPLE_MSISDN "8562055512345"
#define EXAMPLE_TEXT   "They keep our passports."

#define EXAMPLE_SEALED                                                                             \
    "d3t87BLnsqd3vg5SKlsRT0QjH/Nq+93zLZlIKWjN8Bp7XKneDQngP6J5VSS1gdTHPiSQJbqH"                     \
    "Yg8Du91HWycEYgwUqNtsCEzgAgAOnTyS1m27fZrFmTwlRWAGFRPYZ1DYpyUqTPw5lKkJtdVB"                     \
    "afesoDxNyq0ZLTVXkrQhqGO/cmaa5R5EbD1mqiyjZQqgv1t9298v807kUElt96+NtYwoVtvU"                     \
    "UEHpmq7HUM/mbzPQBeexGcLdx7tCZBOtAbD6jqWc7dlmfNCf5bt/1GtvL/MdH3zLGzcbase6"                     \
    "sxPOXlBDqfwwJ+9qixSSO2c9THEDkyV8S5ZHeJwFV89XC87uoDbjEw3h1Guf3usRQwGcTzyG"                     \
    "sCyQxSKbAEv6+Y1iuSzoKofoaYBcbCDcLsdXGVHX1BAhnQ=="
#define EXAMPLE_HEAD                                                                               \
    "{\"v\":1,\"type\":\"request\",\"id\":\"46faf04d3d248c00\",\"case\":\"299392469\","            \
    "\"proof\":\"70af76589b547c29\",\"subject\":\"61c555535379633798f01e7bb64f8a71\","             \
    "\"at\":1795456789000,\"bridge\":\"laotel\",\"channel\":\"ussd\",\"kind\":\"unpaid\","         \
    "\"country\":\"TH\",\"wish\":\"quiet\",\"safe\":\"evening\",\"lang\":\"lo\""
#define EXAMPLE_REQUEST EXAMPLE_HEAD ",\"sealed\":\"" EXAMPLE_SEALED "\"}"

static inline struct seal_secret example_key(void)
{
    return (struct seal_secret){.key = EXAMPLE_SECRET, .public = {.key = EXAMPLE_PUBLIC}};
}

#endif
