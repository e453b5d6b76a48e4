/* SPDX-License-Identifier: Apache-2.0 */
/* What each member of PROTOCOL.md, section 8, must be; for request_codec.c and
 * request_codec_read.c. */
#ifndef ML_MESSAGE_REQUEST_RULES_H
#define ML_MESSAGE_REQUEST_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "message/codec_names.h"
#include "message/request.h"

/* Greatest integer that every JSON reader holds exactly, 2^53 - 1. */
#define REQUEST_AT_MAX INT64_C(9007199254740991)

/* All members of all payloads. Those before RM_STRINGS are strings of struct request. */
enum request_member {
    RM_ID,
    RM_CASE,
    RM_PROOF,
    RM_SUBJECT,
    RM_BRIDGE,
    RM_KIND,
    RM_COUNTRY,
    RM_LANG,
    RM_STRINGS,
    RM_V = RM_STRINGS,
    RM_TYPE,
    RM_AT,
    RM_CHANNEL,
    RM_WISH,
    RM_SAFE,
    RM_SEALED,
    RM_RE,
    RM_STATE,
    RM_KEY,
    RM_COUNT
};

extern const char *const request_members[RM_COUNT];

/* The rule of a string. */
struct request_rule {
    bool (*ok)(const char *s, size_t len);
    const char *must;
};
extern const struct request_rule request_rules[RM_STRINGS];
extern const struct request_rule request_rule_ask_id; /* id of a question, re of its answer */
extern const struct request_rule request_rule_key;
extern const struct request_rule request_rule_worker; /* a subject that is not empty */
extern const struct request_rule request_rule_sealed;

/* Where such a string stands in a request, and its octets with the NUL. */
struct request_place {
    size_t offset, size;
};
extern const struct request_place request_places[RM_STRINGS];

extern const struct codec_names request_wishes; /* enum contact_wish */
extern const struct codec_names request_safes;  /* enum safe_time */
extern const struct codec_names request_states; /* enum case_state */

/* May this be the number, the text of a worker? "" is right for both. */
bool request_number_valid(const char *s, size_t len);
bool request_text_valid(const char *s, size_t len);

#endif
