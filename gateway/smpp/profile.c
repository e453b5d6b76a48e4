/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/profile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OP_MAX = 0xff, LANGUAGE_GSM7 = 0x10, LANGUAGE_UCS2 = 0x11 };

/* A list of codes in the configuration, and where it goes. */
struct list {
    const char *option, *text;
    uint32_t most;
    struct profile_codes *out;
};

static int complain(char *why, const char *format, const char *option)
{
    snprintf(why, CONF_ERROR_MAX, format, option);
    return -1;
}

/* Read one number at s, decimal or 0x and hexadecimal. Returns where it ends, or NULL. */
static const char *read_code(const char *s, uint32_t most, uint32_t *out)
{
    char *end;
    int base = strncasecmp(s, "0x", 2) == 0 ? 16 : 10;
    if (!isxdigit((unsigned char)s[base == 16 ? 2 : 0]))
        return NULL;
    errno = 0;
    unsigned long long n = strtoull(s, &end, base);
    if (errno != 0 || end == s || n > most || (*end != '\0' && *end != ' '))
        return NULL;
    *out = (uint32_t)n;
    return end;
}

static int read_list(const struct list *l, char *why)
{
    l->out->count = 0;
    for (const char *s = l->text + strspn(l->text, " "); *s; s += strspn(s, " ")) {
        if (l->out->count == PROFILE_CODES_MAX)
            return complain(why, "%s has more than 16 codes: leave some out.", l->option);
        s = read_code(s, l->most, &l->out->code[l->out->count]);
        if (!s)
            return complain(why,
                            "%s is not a list of codes: write numbers such as 1 or 0x81, separated "
                            "by spaces.",
                            l->option);
        l->out->count++;
    }
    return 0;
}

bool profile_has(const struct profile_codes *codes, uint32_t code)
{
    for (size_t i = 0; i < codes->count; i++)
        if (codes->code[i] == code)
            return true;
    return false;
}

/* One ussd_service_op cannot mean two things. */
static int check_ops(const struct list *lists, size_t count, char *why)
{
    for (size_t a = 0; a < count; a++)
        for (size_t b = a + 1; b < count; b++)
            for (size_t i = 0; i < lists[a].out->count; i++)
                if (profile_has(lists[b].out, lists[a].out->code[i])) {
                    snprintf(why, CONF_ERROR_MAX,
                             "%s and %s both have %u: leave it in the one that the carrier means.",
                             lists[a].option, lists[b].option, (unsigned)lists[a].out->code[i]);
                    return -1;
                }
    return 0;
}

static int read_lists(const struct conf_profile *c, struct profile *out, char *why)
{
    const struct list ops[] = {
        {"ussd_begin", c->ussd_begin, OP_MAX, &out->ussd_begin},
        {"ussd_continue", c->ussd_continue, OP_MAX, &out->ussd_continue},
        {"ussd_user", c->ussd_user, OP_MAX, &out->ussd_user},
        {"ussd_timeout", c->ussd_timeout, OP_MAX, &out->ussd_timeout},
        {"ussd_network", c->ussd_network, OP_MAX, &out->ussd_network},
    };
    const struct list errors[] = {
        {"errors_throttled", c->errors_throttled, UINT32_MAX, &out->errors_throttled},
        {"errors_temporary", c->errors_temporary, UINT32_MAX, &out->errors_temporary},
    };
    const size_t op_count = sizeof ops / sizeof ops[0];
    for (size_t i = 0; i < op_count; i++)
        if (read_list(&ops[i], why) != 0)
            return -1;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (read_list(&errors[i], why) != 0)
            return -1;
    return check_ops(ops, op_count, why);
}

/* The place of a word among words, which end with NULL; -1 if it is none of them. */
static int place_of(const char *word, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    return -1;
}

static int read_choices(const struct conf_profile *c, struct profile *out, char *why)
{
    static const char *const code_in[] = {"text", "destination", NULL};
    static const char *const dcs_0[] = {"gsm7", "latin1", NULL};
    static const char *const longs[] = {"udh8", "udh16", "sar", "payload", NULL};
    static const char *const mo_id[] = {"none", "receipted_message_id", "user_message_reference",
                                        NULL};
    int code = place_of(c->code_in, code_in), dcs = place_of(c->dcs_0, dcs_0);
    int parts = place_of(c->sms_long, longs), id = place_of(c->mo_id, mo_id);
    if (code < 0)
        return complain(why, "%s is neither text nor destination.", "code_in");
    if (dcs < 0)
        return complain(why, "%s is neither gsm7 nor latin1.", "dcs_0");
    if (parts < 0)
        return complain(why, "%s is none of udh8, udh16, sar and payload.", "sms_long");
    if (id < 0)
        return complain(why, "%s is none of none, receipted_message_id and user_message_reference.",
                        "mo_id");
    out->code_in_destination = code == 1;
    out->dcs_0_is_latin1 = dcs == 1;
    out->sms_long = (enum profile_long)parts;
    out->mo_id = (enum profile_mo_id)id;
    return 0;
}

/* The parameter's bits: one meaning each. */
static int check_masks(const struct conf_profile *c, char *why)
{
    if (c->session_tlv == 0)
        return 0;
    if (c->session_mask == 0)
        return complain(why, "%s is 0, so no bit names the session: set it, or session_tlv = 0.",
                        "session_mask");
    if ((c->session_mask & c->end_mask) || (c->session_mask & c->sequence_mask) ||
        (c->sequence_mask & c->end_mask))
        return complain(why,
                        "session_mask, sequence_mask and %s have a bit in common: give each "
                        "bit to one of them.",
                        "end_mask");
    return 0;
}

static int check_codings(const struct conf_profile *c, char *why)
{
    if (c->sms_dcs_gsm7 == c->sms_dcs_ucs2)
        return complain(why, "%s and sms_dcs_ucs2 are the same: they name two alphabets.",
                        "sms_dcs_gsm7");
    if (c->ussd_dcs_gsm7 == c->ussd_dcs_ucs2)
        return complain(why, "%s and ussd_dcs_ucs2 are the same: they name two alphabets.",
                        "ussd_dcs_gsm7");
    if (c->ussd_dcs_gsm7 == LANGUAGE_GSM7 || c->ussd_dcs_ucs2 == LANGUAGE_UCS2)
        return complain(why,
                        "ussd_dcs_gsm7 = 0x10 and ussd_dcs_ucs2 = 0x11 want a language before "
                        "the text, which we do not write: set %s.",
                        c->ussd_dcs_gsm7 == LANGUAGE_GSM7 ? "ussd_dcs_gsm7 = 0x0f"
                                                          : "ussd_dcs_ucs2 = 0x48");
    return 0;
}

int profile_read(const struct conf_profile *c, struct profile *out, char why[CONF_ERROR_MAX])
{
    memset(out, 0, sizeof *out);
    out->conf = c;
    why[0] = '\0';
    if (read_lists(c, out, why) != 0 || read_choices(c, out, why) != 0 || check_masks(c, why) != 0)
        return -1;
    return check_codings(c, why);
}
