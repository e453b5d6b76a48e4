/* SPDX-License-Identifier: Apache-2.0 */
#include "message/codec.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "message/codec_members.h"
#include "message/codec_names.h"
#include "text/msisdn.h"

enum member {
    M_V,
    M_KIND,
    M_ID,
    M_EVENT,
    M_MSISDN,
    M_SESSION,
    M_CAUSE,
    M_CODE,
    M_TO,
    M_TEXT,
    M_NETWORK,
    M_AT,
    M_DEADLINE,
    M_STATUS,
    M_OF,
    M_COUNT
};

static const char *const member_names[M_COUNT] = {
    [M_V] = "v",
    [M_KIND] = "kind",
    [M_ID] = "id",
    [M_EVENT] = "event",
    [M_MSISDN] = "msisdn",
    [M_SESSION] = "session",
    [M_CAUSE] = "cause",
    [M_CODE] = "code",
    [M_TO] = "to",
    [M_TEXT] = "text",
    [M_NETWORK] = "network",
    [M_AT] = "at",
    [M_DEADLINE] = "deadline",
    [M_STATUS] = "status",
    [M_OF] = "of",
};

enum { NO_MEMORY_RETRY_MS = 2000 };

/* Kinds as bits, for the table of rules. */
enum {
    IN_BEGIN = 1 << MO_USSD_BEGIN,
    IN_CONTINUE = 1 << MO_USSD_CONTINUE,
    IN_END = 1 << MO_USSD_END,
    IN_SMS = 1 << MO_SMS,
    IN_RECEIPT = 1 << MO_RECEIPT,
    IN_USSD = IN_BEGIN | IN_CONTINUE | IN_END,
    IN_TEXT = IN_BEGIN | IN_CONTINUE | IN_SMS,
    IN_ALL = IN_USSD | IN_SMS | IN_RECEIPT
};

struct rule;
typedef int (*take_fn)(const struct rule *r, const struct json_value *v, struct mo *mo);

/* What one member must be in some kinds, and where it goes. In other kinds it is ignored. */
struct rule {
    enum member member;
    unsigned kinds;
    bool optional;
    take_fn take;                                 /* 0, or -1 if the value breaks the rule */
    bool (*string_ok)(const char *s, size_t len); /* take_string */
    size_t offset, size;                          /* in struct mo; take_string, take_time */
    const char *must;
};

static bool all_of(const char *s, size_t len, const char *set)
{
    return strspn(s, set) == len;
}

static bool is_id_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == ':' || c == '-';
}

static bool is_id_up_to(const char *s, size_t len, size_t most)
{
    if (len < 1 || len > most)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (!is_id_char(s[i]))
            return false;
    }
    return true;
}

static bool is_id(const char *s, size_t len)
{
    return is_id_up_to(s, len, MESSAGE_ID_MAX);
}

static bool is_mt_id(const char *s, size_t len)
{
    return is_id_up_to(s, len, MESSAGE_MT_ID_MAX);
}

static bool is_printable_ascii(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (s[i] < 0x20 || s[i] > 0x7E)
            return false;
    }
    return len >= 1;
}

static bool is_session(const char *s, size_t len)
{
    return len <= MESSAGE_SESSION_MAX && is_printable_ascii(s, len);
}

static bool is_to(const char *s, size_t len)
{
    return len <= MESSAGE_TO_MAX && is_printable_ascii(s, len);
}

/* 1-20 characters, none of them a control character (Unicode category Cc). */
static bool is_originator(const char *s, size_t len)
{
    size_t count = 0;
    for (size_t at = 0; at < len; count++) {
        uint32_t cp;
        int n = utf8_next(s + at, len - at, &cp);
        if (n < 1 || cp < 0x20 || (cp >= 0x7F && cp <= 0x9F))
            return false;
        at += (size_t)n;
    }
    return count >= 1 && count <= 20;
}

static bool is_code(const char *s, size_t len)
{
    return len >= 1 && len <= MESSAGE_CODE_MAX && (s[0] == '*' || s[0] == '#') &&
           all_of(s, len, "0123456789*#");
}

static bool is_network(const char *s, size_t len)
{
    return (len == 5 || len == 6) && all_of(s, len, "0123456789");
}

static int take_string(const struct rule *r, const struct json_value *v, struct mo *mo)
{
    if (v->type != JSON_STRING || v->len >= r->size || !r->string_ok(v->str, v->len))
        return -1;
    memcpy((char *)mo + r->offset, v->str, v->len + 1);
    return 0;
}

static int take_time(const struct rule *r, const struct json_value *v, struct mo *mo)
{
    if (v->type != JSON_NUMBER || !v->is_int || v->i <= 0)
        return -1;
    memcpy((char *)mo + r->offset, &v->i, sizeof v->i);
    return 0;
}

static int take_text(const struct rule *r, const struct json_value *v, struct mo *mo)
{
    (void)r;
    if (v->type != JSON_STRING || utf8_count(v->str, v->len) > MESSAGE_TEXT_CHARS)
        return -1;
    mo->text = v->str;
    mo->text_len = v->len;
    return 0;
}

/* The value that a member's word stands for, or -1. */
static int find_word(const struct codec_names *names, const struct json_value *v)
{
    return v->type == JSON_STRING ? codec_names_find(names, v->str) : -1;
}

static int take_cause(const struct rule *r, const struct json_value *v, struct mo *mo)
{
    (void)r;
    int found = find_word(&codec_causes, v);
    if (found < 0)
        return -1;
    mo->cause = (enum mo_cause)found;
    return 0;
}

static int take_status(const struct rule *r, const struct json_value *v, struct mo *mo)
{
    (void)r;
    int found = find_word(&codec_statuses, v);
    if (found < 0)
        return -1;
    mo->status = (enum mo_status)found;
    return 0;
}

#define AT(field) offsetof(struct mo, field), sizeof(((struct mo *)0)->field)
#define STRING(member, kinds, optional, ok, field, must)                                           \
    {                                                                                              \
        member, kinds, optional, take_string, ok, AT(field), must                                  \
    }
#define TIME(member, kinds, optional, field)                                                       \
    {                                                                                              \
        member, kinds, optional, take_time, NULL, AT(field), "must be a positive integer"          \
    }

static const struct rule rules[] = {
    STRING(M_ID, IN_ALL, false, is_id, id, "must be 1-64 of A-Z a-z 0-9 . _ : -"),
    STRING(M_MSISDN, IN_USSD, false, msisdn_valid, msisdn, "must be 6-15 digits"),
    STRING(M_MSISDN, IN_SMS, false, is_originator, msisdn, "must be 1-20 printable characters"),
    STRING(M_SESSION, IN_USSD, false, is_session, session, "must be 1-64 printable ASCII octets"),
    {M_CAUSE, IN_END, false, take_cause, NULL, 0, 0, "must be user, timeout, network or error"},
    STRING(M_CODE, IN_BEGIN, false, is_code, code, "must be 1-64 digits, * and #, * or # first"),
    STRING(M_TO, IN_SMS, false, is_to, to, "must be 1-32 printable ASCII characters"),
    {M_TEXT, IN_TEXT, false, take_text, NULL, 0, 0, "must be at most 1600 characters"},
    STRING(M_NETWORK, IN_ALL, true, is_network, network, "must be 5 or 6 digits"),
    TIME(M_AT, IN_ALL, false, at),
    TIME(M_DEADLINE, IN_ALL, true, deadline),
    {M_STATUS, IN_RECEIPT, false, take_status, NULL, 0, 0,
     "must be accepted, delivered, failed, expired or rejected"},
    STRING(M_OF, IN_RECEIPT, false, is_mt_id, of, "must be 1-68 of A-Z a-z 0-9 . _ : -"),
};

static int refuse(struct refusal *why, enum refusal_code code, const char *detail)
{
    why->code = code;
    snprintf(why->detail, sizeof why->detail, "%s", detail);
    return -1;
}

static int refuse_member(struct refusal *why, enum member member, const char *what)
{
    why->code = REFUSE_BAD_FIELD;
    snprintf(why->detail, sizeof why->detail, "%s %s", member_names[member], what);
    return -1;
}

/* The scan's own words may hold a key's name, and a key may hold anything: say only the place then.
 * Without memory nothing is known against the message: it may be sent again. */
static int refuse_json(struct refusal *why, const struct json_error *err)
{
    why->code = err->fault == JSON_TOO_LARGE   ? REFUSE_TOO_LARGE
                : err->fault == JSON_NO_MEMORY ? REFUSE_OVERLOAD
                                               : REFUSE_BAD_JSON;
    why->retry_ms = why->code == REFUSE_OVERLOAD ? NO_MEMORY_RETRY_MS : 0;
    const char *what = err->fault == JSON_DUPLICATE ? "a key occurs twice" : err->detail;
    snprintf(why->detail, sizeof why->detail, "octet %zu: %s", err->offset, what);
    return -1;
}

static int read_kind(const struct codec_members *m, enum mo_kind *kind, struct refusal *why)
{
    const char *word = codec_members_string(m, M_KIND);
    if (strcmp(word, "sms") == 0) {
        *kind = MO_SMS;
        return 0;
    }
    if (strcmp(word, "receipt") == 0) {
        *kind = MO_RECEIPT;
        return 0;
    }
    if (strcmp(word, "ussd") != 0)
        return refuse_member(why, M_KIND, "must be ussd, sms or receipt");
    int event = codec_names_find(&codec_mo_events, codec_members_string(m, M_EVENT));
    if (event < 0)
        return refuse_member(why, M_EVENT, "must be begin, continue or end");
    *kind = (enum mo_kind)event;
    return 0;
}

static int apply_rule(const struct rule *r, const struct codec_members *m, struct mo *mo,
                      struct refusal *why)
{
    if (!(r->kinds >> mo->kind & 1))
        return 0;
    if (!codec_members_has(m, r->member))
        return r->optional ? 0 : refuse_member(why, r->member, "is missing");
    if (r->take(r, &m->value[r->member], mo))
        return refuse_member(why, r->member, r->must);
    return 0;
}

/* Keep the id for the refusal, whatever else is wrong. */
static void read_re(const struct codec_members *m, struct refusal *why)
{
    const struct json_value *v = &m->value[M_ID];
    if (codec_members_is_string(m, M_ID) && is_id(v->str, v->len))
        memcpy(why->re, v->str, v->len + 1);
}

int codec_read_mo(const char *payload, size_t len, char *scratch, struct mo *mo,
                  struct refusal *why)
{
    *why = (struct refusal){.origin = NULL};
    if (len > MESSAGE_PAYLOAD_MAX)
        return refuse(why, REFUSE_TOO_LARGE, "the payload is longer than 8192 octets");
    struct codec_members m;
    m.names = member_names;
    m.count = M_COUNT;
    struct json_error err;
    int rc = codec_members_scan(&m, payload, len, scratch, &err);
    read_re(&m, why);
    if (rc)
        return refuse_json(why, &err);
    if (!codec_members_is_int(&m, M_V, 1))
        return refuse(why, REFUSE_BAD_VERSION, "v must be 1");
    *mo = (struct mo){.text = ""};
    if (read_kind(&m, &mo->kind, why))
        return -1;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (apply_rule(&rules[i], &m, mo, why))
            return -1;
    }
    return 0;
}

static void put_text(const struct mt *mt, struct buf *out)
{
    buf_puts(out, ",\"text\":");
    if (mt->text_json)
        buf_put(out, mt->text_json, mt->text_json_len);
    else
        buf_json(out, mt->text, mt->text_len);
    codec_members_put(out, "coding", codec_names_word(&codec_codings, mt->coding));
}

static void put_ussd(const struct mt *mt, struct buf *out)
{
    codec_members_put(out, "msisdn", mt->msisdn);
    codec_members_put(out, "session", mt->session);
    codec_members_put(out, "event", codec_names_word(&codec_mt_events, mt->end));
    put_text(mt, out);
    if (mt->deadline)
        codec_members_put_int(out, "deadline", mt->deadline);
}

static void put_sms(const struct mt *mt, struct buf *out)
{
    codec_members_put(out, "msisdn", mt->msisdn);
    codec_members_put(out, "from", mt->from);
    put_text(mt, out);
    codec_members_put_int(out, "segments", mt->segments);
}

void codec_write_mt(const struct mt *mt, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "kind", codec_mt_kind_name(mt->kind));
    codec_members_put(out, "id", mt->id);
    if (mt->re)
        codec_members_put(out, "re", mt->re);
    if (mt->kind == MT_USSD)
        put_ussd(mt, out);
    else if (mt->kind == MT_SMS)
        put_sms(mt, out);
    buf_putc(out, '}');
}

void codec_write_refusal(const struct refusal *r, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    if (r->re[0])
        codec_members_put(out, "re", r->re);
    else
        buf_puts(out, ",\"re\":null");
    codec_members_put(out, "error", codec_refusal_name(r->code));
    codec_members_put(out, "detail", r->detail);
    if (r->code == REFUSE_OVERLOAD)
        codec_members_put_int(out, "retry_ms", r->retry_ms);
    if (r->reason)
        codec_members_put(out, "reason", r->reason);
    buf_putc(out, '}');
}
