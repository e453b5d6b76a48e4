/* SPDX-License-Identifier: Apache-2.0 */
/* The readers. All scan for the members of all payloads and take those that stand in theirs. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "message/codec_members.h"
#include "message/request_codec.h"
#include "message/request_rules.h"

/* Objects have no objects in them; one level more is room for members that nobody knows. */
enum { DEPTH_MAX = 2 };

static int refuse(char why[REQUEST_WHY_MAX], const char *name, const char *what)
{
    snprintf(why, REQUEST_WHY_MAX, "%s %s", name, what);
    return -1;
}

/* Scan for names (count of them) in a payload of len octets. The scan's own words may hold a key's
 * name, and a key may hold anything: say only the place then. */
static int scan(struct codec_members *m, const char *payload, size_t len, char *scratch,
                char why[REQUEST_WHY_MAX])
{
    const struct json_job job = {
        .limits = {.max_len = REQUEST_PAYLOAD_MAX, .max_depth = DEPTH_MAX},
        .member = codec_members_keep,
        .arg = m,
    };
    struct json_error err;
    m->seen = 0;
    if (len > REQUEST_PAYLOAD_MAX)
        return refuse(why, "the payload", "is longer than 20480 octets");
    if (json_scan(payload, len, scratch, &job, &err) == 0)
        return 0;
    const char *what = err.fault == JSON_DUPLICATE ? "a key occurs twice" : err.detail;
    snprintf(why, REQUEST_WHY_MAX, "octet %zu: %s", err.offset, what);
    return -1;
}

_Static_assert(REQUEST_PAYLOAD_MAX == 20480, "scan() says so");
_Static_assert((int)RM_COUNT <= (int)CODEC_MEMBERS_MAX, "all members are kept");

/* The same for the members of request_rules.h, with the version checked. */
static int scan_known(struct codec_members *m, const char *payload, size_t len, char *scratch,
                      char why[REQUEST_WHY_MAX])
{
    m->names = request_members;
    m->count = RM_COUNT;
    if (scan(m, payload, len, scratch, why))
        return -1;
    return codec_members_is_int(m, RM_V, 1) ? 0 : refuse(why, "v", "must be 1");
}

/* The string of a member that keeps its rule, or NULL. */
static const struct json_value *find_string(const struct codec_members *m, unsigned i,
                                            const struct request_rule *rule,
                                            char why[REQUEST_WHY_MAX])
{
    const struct json_value *v = &m->value[i];
    if (!codec_members_has(m, i))
        refuse(why, request_members[i], "is missing");
    else if (v->type != JSON_STRING || !rule->ok(v->str, v->len))
        refuse(why, request_members[i], rule->must);
    else
        return v;
    return NULL;
}

/* Copy a string member of a request into its place. A string that keeps its rule fits there. */
static int take_string(const struct codec_members *m, unsigned i, struct request *r,
                       char why[REQUEST_WHY_MAX])
{
    const struct json_value *v = find_string(m, i, &request_rules[i], why);
    if (!v || v->len >= request_places[i].size)
        return -1;
    memcpy((char *)r + request_places[i].offset, v->str, v->len + 1);
    return 0;
}

static int take_at(const struct codec_members *m, struct request *r, char why[REQUEST_WHY_MAX])
{
    const struct json_value *v = &m->value[RM_AT];
    if (!codec_members_has(m, RM_AT))
        return refuse(why, "at", "is missing");
    if (v->type != JSON_NUMBER || !v->is_int || v->i < 1 || v->i > REQUEST_AT_MAX)
        return refuse(why, "at", "must be an integer from 1 to 2^53 - 1");
    r->at = v->i;
    return 0;
}

static int take_channel(const struct codec_members *m, struct request *r, char why[REQUEST_WHY_MAX])
{
    const char *word = codec_members_string(m, RM_CHANNEL);
    r->sms = strcmp(word, "sms") == 0;
    return r->sms || strcmp(word, "ussd") == 0 ? 0 : refuse(why, "channel", "must be ussd or sms");
}

static int take_words(const struct codec_members *m, struct request *r, char why[REQUEST_WHY_MAX])
{
    int wish = codec_names_find(&request_wishes, codec_members_string(m, RM_WISH));
    int safe = codec_names_find(&request_safes, codec_members_string(m, RM_SAFE));
    if (wish < 0)
        return refuse(why, "wish", "must be call, quiet or none");
    if (safe < 0)
        return refuse(why, "safe", "must be any, morning, afternoon or evening");
    r->wish = (enum contact_wish)wish;
    r->safe = (enum safe_time)safe;
    return 0;
}

static int take_sealed(const struct codec_members *m, struct request_read *out,
                       char why[REQUEST_WHY_MAX])
{
    if (!codec_members_has(m, RM_SEALED))
        return 0;
    const struct json_value *v = find_string(m, RM_SEALED, &request_rule_sealed, why);
    if (!v)
        return -1;
    out->sealed = v->str;
    out->sealed_len = v->len;
    return 0;
}

static int take_request(const struct codec_members *m, struct request_read *out,
                        char why[REQUEST_WHY_MAX])
{
    struct request *r = &out->request;
    for (unsigned i = 0; i < RM_STRINGS; i++) {
        if (take_string(m, i, r, why))
            return -1;
    }
    return take_at(m, r, why) || take_channel(m, r, why) || take_words(m, r, why) ||
                   take_sealed(m, out, why)
               ? -1
               : 0;
}

static int take_forget(const struct codec_members *m, struct request_read *out,
                       char why[REQUEST_WHY_MAX])
{
    out->is_forget = true;
    if (take_string(m, RM_ID, &out->request, why) || take_string(m, RM_SUBJECT, &out->request, why))
        return -1;
    return out->request.subject[0] ? 0 : refuse(why, "subject", "must not be empty");
}

int request_codec_read(const char *payload, size_t len, char *scratch, struct request_read *out,
                       char why[REQUEST_WHY_MAX])
{
    struct codec_members m;
    why[0] = '\0';
    *out = (struct request_read){.request = {.msisdn = "", .text = ""}, .sealed = ""};
    if (scan_known(&m, payload, len, scratch, why))
        return -1;
    const char *type = codec_members_string(&m, RM_TYPE);
    if (strcmp(type, "request") == 0)
        return take_request(&m, out, why);
    if (strcmp(type, "forget") == 0)
        return take_forget(&m, out, why);
    return refuse(why, "type", "must be request or forget");
}

enum { PLAIN_ID, PLAIN_MSISDN, PLAIN_TEXT, PLAIN_COUNT };

/* Read what was sealed. */
static int read_plain(const char *plain, size_t len, char *scratch, struct codec_members *m)
{
    static const char *const names[PLAIN_COUNT] = {"id", "msisdn", "text"};
    char why[REQUEST_WHY_MAX];
    m->names = names;
    m->count = PLAIN_COUNT;
    if (scan(m, plain, len, scratch, why))
        return -1;
    for (unsigned i = 0; i < PLAIN_COUNT; i++) {
        if (!codec_members_is_string(m, i))
            return -1;
    }
    const struct json_value *v = m->value;
    return request_number_valid(v[PLAIN_MSISDN].str, v[PLAIN_MSISDN].len) &&
                   request_text_valid(v[PLAIN_TEXT].str, v[PLAIN_TEXT].len)
               ? 0
               : -1;
}

int request_codec_open(const struct request_read *r, const struct seal_secret *key, char *scratch,
                       const char **msisdn, const char **text)
{
    uint8_t plain[REQUEST_PAYLOAD_MAX];
    struct codec_members m;
    size_t len;
    *msisdn = *text = "";
    if (r->sealed_len == 0)
        return 0;
    if (r->sealed_len > sizeof plain || seal_open(key, r->sealed, r->sealed_len, plain, &len))
        return -1;
    int rc = read_plain((const char *)plain, len, scratch, &m);
    explicit_bzero(plain, sizeof plain);
    if (rc || strcmp(codec_members_string(&m, PLAIN_ID), r->request.id) != 0)
        return -1;
    *msisdn = codec_members_string(&m, PLAIN_MSISDN);
    *text = codec_members_string(&m, PLAIN_TEXT);
    return 0;
}

/* One string of a short payload, and where it goes. */
struct wanted {
    enum request_member member;
    const struct request_rule *rule;
    char *out; /* holds what the rule allows, and a NUL */
};

/* All of them or none: out is written only if each is right. */
static int read_short(const char *payload, size_t len, const struct wanted *wanted, size_t count)
{
    char scratch[REQUEST_PAYLOAD_MAX + 1], why[REQUEST_WHY_MAX];
    const struct json_value *found[RM_COUNT];
    struct codec_members m;
    if (scan_known(&m, payload, len, scratch, why))
        return -1;
    for (size_t i = 0; i < count; i++) {
        found[i] = find_string(&m, wanted[i].member, wanted[i].rule, why);
        if (!found[i])
            return -1;
    }
    for (size_t i = 0; i < count; i++)
        memcpy(wanted[i].out, found[i]->str, found[i]->len + 1);
    return 0;
}

int request_codec_read_ack(const char *payload, size_t len, char id[REQUEST_ID_MAX + 1])
{
    const struct wanted wanted = {RM_ID, &request_rules[RM_ID], id};
    return read_short(payload, len, &wanted, 1);
}

int request_codec_read_ask(const char *payload, size_t len, char ask_id[REQUEST_ASK_ID_MAX + 1],
                           struct case_ask *ask)
{
    const struct wanted wanted[] = {
        {RM_ID, &request_rule_ask_id, ask_id},
        {RM_CASE, &request_rules[RM_CASE], ask->case_no},
        {RM_PROOF, &request_rules[RM_PROOF], ask->proof},
    };
    return read_short(payload, len, wanted, sizeof wanted / sizeof wanted[0]);
}

static bool is_state(const char *s, size_t len)
{
    return strlen(s) == len && request_codec_state_of(s) >= 0;
}

int request_codec_read_state(const char *payload, size_t len, char ask_id[REQUEST_ASK_ID_MAX + 1],
                             enum case_state *state)
{
    static const struct request_rule rule = {is_state, "must be a state"};
    char word[16]; /* the longest is "unreachable" */
    const struct wanted wanted[] = {
        {RM_RE, &request_rule_ask_id, ask_id},
        {RM_STATE, &rule, word},
    };
    if (read_short(payload, len, wanted, sizeof wanted / sizeof wanted[0]))
        return -1;
    *state = (enum case_state)request_codec_state_of(word);
    return 0;
}

int request_codec_read_drop(const char *payload, size_t len, struct request_drop *out)
{
    const struct wanted wanted[] = {
        {RM_KEY, &request_rule_key, out->key},
        {RM_SUBJECT, &request_rule_worker, out->subject},
    };
    return read_short(payload, len, wanted, sizeof wanted / sizeof wanted[0]);
}
