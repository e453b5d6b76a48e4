/* SPDX-License-Identifier: Apache-2.0 */
#include "message/codec_names.h"

#include <string.h>

#include "message/codec.h"
#include "message/message.h"

#define NAMES(table)                                                                               \
    {                                                                                              \
        table, sizeof(table) / sizeof(table)[0]                                                    \
    }

static const char *const mo_kinds[] = {
    [MO_USSD_BEGIN] = "ussd", [MO_USSD_CONTINUE] = "ussd", [MO_USSD_END] = "ussd",
    [MO_SMS] = "sms",         [MO_RECEIPT] = "receipt",
};
static const char *const mo_events[] = {
    [MO_USSD_BEGIN] = "begin",
    [MO_USSD_CONTINUE] = "continue",
    [MO_USSD_END] = "end",
};
static const char *const causes[] = {
    [CAUSE_USER] = "user",
    [CAUSE_TIMEOUT] = "timeout",
    [CAUSE_NETWORK] = "network",
    [CAUSE_ERROR] = "error",
};
static const char *const statuses[] = {
    [STATUS_ACCEPTED] = "accepted", [STATUS_DELIVERED] = "delivered", [STATUS_FAILED] = "failed",
    [STATUS_EXPIRED] = "expired",   [STATUS_REJECTED] = "rejected",
};
static const char *const mt_kinds[] = {
    [MT_USSD] = "ussd",
    [MT_SMS] = "sms",
    [MT_NONE] = "none",
};
static const char *const mt_events[] = {"continue", "end"};
static const char *const codings[] = {[CODING_GSM7] = "gsm7", [CODING_UCS2] = "ucs2"};
static const char *const refusals[] = {
    [REFUSE_BAD_JSON] = "bad_json",
    [REFUSE_TOO_LARGE] = "too_large",
    [REFUSE_BAD_VERSION] = "bad_version",
    [REFUSE_BAD_FIELD] = "bad_field",
    [REFUSE_UNKNOWN_SESSION] = "unknown_session",
    [REFUSE_OVERLOAD] = "overload",
};

const struct codec_names codec_causes = NAMES(causes);
const struct codec_names codec_statuses = NAMES(statuses);
const struct codec_names codec_mt_kinds = NAMES(mt_kinds);
const struct codec_names codec_codings = NAMES(codings);
const struct codec_names codec_mo_events = NAMES(mo_events);
const struct codec_names codec_mt_events = NAMES(mt_events);
const struct codec_names codec_refusals = NAMES(refusals);
static const struct codec_names codec_mo_kinds = NAMES(mo_kinds);

int codec_names_find(const struct codec_names *names, const char *word)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->name[i] && strcmp(names->name[i], word) == 0)
            return (int)i;
    }
    return -1;
}

const char *codec_names_word(const struct codec_names *names, unsigned value)
{
    const char *word = value < names->count ? names->name[value] : NULL;
    return word ? word : "";
}

const char *codec_refusal_name(enum refusal_code code)
{
    return codec_names_word(&codec_refusals, code);
}

const char *codec_mo_kind_name(enum mo_kind kind)
{
    return codec_names_word(&codec_mo_kinds, kind);
}

const char *codec_mt_kind_name(enum mt_kind kind)
{
    return codec_names_word(&codec_mt_kinds, kind);
}

const char *codec_cause_name(enum mo_cause cause)
{
    return codec_names_word(&codec_causes, cause);
}

const char *codec_status_name(enum mo_status status)
{
    return codec_names_word(&codec_statuses, status);
}
