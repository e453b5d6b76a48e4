/* SPDX-License-Identifier: Apache-2.0 */
#include "message/request_rules.h"

#include <string.h>

#include "base/utf8.h"
#include "message/request_codec.h"
#include "message/topics.h"
#include "text/msisdn.h"

#define DIGITS "0123456789"
#define HEX    DIGITS "abcdef"
#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

const char *const request_members[RM_COUNT] = {
    [RM_ID] = "id",         [RM_CASE] = "case", [RM_PROOF] = "proof",     [RM_SUBJECT] = "subject",
    [RM_BRIDGE] = "bridge", [RM_KIND] = "kind", [RM_COUNTRY] = "country", [RM_LANG] = "lang",
    [RM_V] = "v",           [RM_TYPE] = "type", [RM_AT] = "at",           [RM_CHANNEL] = "channel",
    [RM_WISH] = "wish",     [RM_SAFE] = "safe", [RM_SEALED] = "sealed",   [RM_RE] = "re",
    [RM_STATE] = "state",   [RM_KEY] = "key",
};

static bool all_of(const char *s, size_t len, const char *set)
{
    return strspn(s, set) == len;
}

static bool is_hex_16(const char *s, size_t len)
{
    return len == REQUEST_ID_MAX && all_of(s, len, HEX);
}

static bool is_case(const char *s, size_t len)
{
    return strlen(s) == len && request_case_valid(s);
}

static bool is_subject(const char *s, size_t len)
{
    return len == 0 || (len == REQUEST_SUBJECT_MAX && all_of(s, len, HEX));
}

static bool is_worker(const char *s, size_t len)
{
    return len > 0 && is_subject(s, len);
}

static bool is_bridge(const char *s, size_t len)
{
    return strlen(s) == len && topics_name_valid(s);
}

static bool is_kind(const char *s, size_t len)
{
    return len <= REQUEST_KIND_MAX && all_of(s, len, LOWER "-");
}

static bool is_country(const char *s, size_t len)
{
    return len == 0 || (len == 2 && all_of(s, len, UPPER));
}

static bool is_lang(const char *s, size_t len)
{
    return len >= 2 && len <= 7 && all_of(s, len, LOWER UPPER DIGITS "-");
}

static bool is_ask_id(const char *s, size_t len)
{
    return len >= 1 && len <= REQUEST_ASK_ID_MAX && all_of(s, len, LOWER UPPER DIGITS "._:-");
}

static bool is_key(const char *s, size_t len)
{
    return len == 34 && s[0] == '{' && strspn(s + 1, HEX) == 32 && s[33] == '}';
}

/* Whether it is a sealed box shows only when it is opened. */
static bool is_base64(const char *s, size_t len)
{
    size_t n = strspn(s, LOWER UPPER DIGITS "+/");
    return len > 0 && len % 4 == 0 && len - n <= 2 && all_of(s + n, len - n, "=");
}

const struct request_rule request_rules[RM_STRINGS] = {
    [RM_ID] = {is_hex_16, "must be 16 lower-case hex digits"},
    [RM_CASE] = {is_case, "must be 9 digits, the last their check digit"},
    [RM_PROOF] = {is_hex_16, "must be 16 lower-case hex digits"},
    [RM_SUBJECT] = {is_subject, "must be 32 lower-case hex digits, or empty"},
    [RM_BRIDGE] = {is_bridge, "must be 1-32 of a-z 0-9 -"},
    [RM_KIND] = {is_kind, "must be 0-24 of a-z -"},
    [RM_COUNTRY] = {is_country, "must be two capital letters, or empty"},
    [RM_LANG] = {is_lang, "must be 2-7 of A-Z a-z 0-9 -"},
};
const struct request_rule request_rule_ask_id = {is_ask_id, "must be 1-48 of A-Z a-z 0-9 . _ : -"};
const struct request_rule request_rule_key = {is_key, "must be 32 lower-case hex digits in braces"};
const struct request_rule request_rule_worker = {is_worker, "must be 32 lower-case hex digits"};
const struct request_rule request_rule_sealed = {is_base64, "must be base64"};

#define PLACE(field)                                                                               \
    {                                                                                              \
        offsetof(struct request, field), sizeof(((struct request *)0)->field)                      \
    }

const struct request_place request_places[RM_STRINGS] = {
    [RM_ID] = PLACE(id),           [RM_CASE] = PLACE(case_no),  [RM_PROOF] = PLACE(proof),
    [RM_SUBJECT] = PLACE(subject), [RM_BRIDGE] = PLACE(bridge), [RM_KIND] = PLACE(kind),
    [RM_COUNTRY] = PLACE(country), [RM_LANG] = PLACE(lang),
};

#define NAMES(table)                                                                               \
    {                                                                                              \
        table, sizeof(table) / sizeof(table)[0]                                                    \
    }

static const char *const wishes[WISH_COUNT] = {
    [WISH_CALL] = "call",
    [WISH_QUIET] = "quiet",
    [WISH_NONE] = "none",
};
static const char *const safes[SAFE_COUNT] = {
    [SAFE_ANY] = "any",
    [SAFE_MORNING] = "morning",
    [SAFE_AFTERNOON] = "afternoon",
    [SAFE_EVENING] = "evening",
};
static const char *const states[CASE_STATES] = {
    [CASE_UNKNOWN] = "unknown",
    [CASE_STORED] = "stored",
    [CASE_NEW] = "new",
    [CASE_TAKEN] = "taken",
    [CASE_WAITING] = "waiting",
    [CASE_CLOSED] = "closed",
    [CASE_UNREACHABLE] = "unreachable",
};

const struct codec_names request_wishes = NAMES(wishes);
const struct codec_names request_safes = NAMES(safes);
const struct codec_names request_states = NAMES(states);

bool request_number_valid(const char *s, size_t len)
{
    return len == 0 || msisdn_valid(s, len);
}

bool request_text_valid(const char *s, size_t len)
{
    return len <= MESSAGE_TEXT_MAX && !memchr(s, '\0', len) && utf8_valid(s, len);
}
