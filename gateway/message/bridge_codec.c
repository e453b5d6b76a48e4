/* SPDX-License-Identifier: Apache-2.0 */
#include "message/bridge_codec.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "message/codec.h"
#include "message/codec_members.h"
#include "message/codec_names.h"

enum { WHY_SIZE = 128 };

enum member {
    M_V,
    M_KIND,
    M_ID,
    M_RE,
    M_MSISDN,
    M_SESSION,
    M_EVENT,
    M_FROM,
    M_TEXT,
    M_CODING,
    M_SEGMENTS,
    M_COUNT
};

static const char *const member_names[M_COUNT] = {
    [M_V] = "v",           [M_KIND] = "kind",         [M_ID] = "id",
    [M_RE] = "re",         [M_MSISDN] = "msisdn",     [M_SESSION] = "session",
    [M_EVENT] = "event",   [M_FROM] = "from",         [M_TEXT] = "text",
    [M_CODING] = "coding", [M_SEGMENTS] = "segments",
};

enum { E_V, E_RE, E_ERROR, E_DETAIL, E_RETRY_MS, E_REASON, E_COUNT };

static const char *const error_names[E_COUNT] = {
    [E_V] = "v",
    [E_RE] = "re",
    [E_ERROR] = "error",
    [E_DETAIL] = "detail",
    [E_RETRY_MS] = "retry_ms",
    [E_REASON] = "reason",
};

static void put_ussd(const struct mo *mo, struct buf *out)
{
    codec_members_put(out, "msisdn", mo->msisdn);
    codec_members_put(out, "session", mo->session);
    codec_members_put(out, "event", codec_names_word(&codec_mo_events, mo->kind));
    if (mo->kind == MO_USSD_BEGIN)
        codec_members_put(out, "code", mo->code);
    if (mo->kind == MO_USSD_END)
        codec_members_put(out, "cause", codec_cause_name(mo->cause));
}

static void put_sms(const struct mo *mo, struct buf *out)
{
    codec_members_put(out, "msisdn", mo->msisdn);
    codec_members_put(out, "to", mo->to);
}

static void put_receipt(const struct mo *mo, struct buf *out)
{
    codec_members_put(out, "status", codec_status_name(mo->status));
    codec_members_put(out, "of", mo->of);
}

static void put_text(const struct mo *mo, struct buf *out)
{
    buf_puts(out, ",\"text\":");
    buf_json(out, mo->text, mo->text_len);
}

void bridge_codec_write_mo(const struct mo *mo, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "kind", codec_mo_kind_name(mo->kind));
    codec_members_put(out, "id", mo->id);
    if (mo->kind == MO_SMS)
        put_sms(mo, out);
    else if (mo->kind == MO_RECEIPT)
        put_receipt(mo, out);
    else
        put_ussd(mo, out);
    if (mo->kind != MO_RECEIPT && mo->kind != MO_USSD_END)
        put_text(mo, out);
    if (mo->network[0])
        codec_members_put(out, "network", mo->network);
    codec_members_put_int(out, "at", mo->at);
    if (mo->deadline)
        codec_members_put_int(out, "deadline", mo->deadline);
    buf_putc(out, '}');
}

static int fault(char why[WHY_SIZE], const char *name, const char *what)
{
    snprintf(why, WHY_SIZE, "%s %s", name, what);
    return -1;
}

/* The members that a message of a kind must have as strings, as bits. */
static uint32_t needed(enum mt_kind kind)
{
    static const uint32_t bits[] = {
        [MT_USSD] = 1u << M_ID | 1u << M_MSISDN | 1u << M_SESSION | 1u << M_TEXT,
        [MT_SMS] = 1u << M_ID | 1u << M_MSISDN | 1u << M_FROM | 1u << M_TEXT,
        [MT_NONE] = 1u << M_ID | 1u << M_RE,
    };
    return bits[kind];
}

static int check_strings(const struct codec_members *m, enum mt_kind kind, char why[WHY_SIZE])
{
    for (unsigned i = M_ID; i < M_SEGMENTS; i++) {
        if ((needed(kind) >> i & 1) && !codec_members_has(m, i))
            return fault(why, member_names[i], "is missing");
        if (codec_members_has(m, i) && !codec_members_is_string(m, i))
            return fault(why, member_names[i], "must be a string");
    }
    return 0;
}

static int read_coding(const struct codec_members *m, struct answer *out, char why[WHY_SIZE])
{
    int coding = codec_names_find(&codec_codings, codec_members_string(m, M_CODING));
    if (coding < 0)
        return fault(why, "coding", "must be gsm7 or ucs2");
    out->coding = (enum coding)coding;
    return 0;
}

static int read_segments(const struct codec_members *m, struct answer *out, char why[WHY_SIZE])
{
    const struct json_value *v = &m->value[M_SEGMENTS];
    if (!codec_members_has(m, M_SEGMENTS) || v->type != JSON_NUMBER || !v->is_int || v->i < 1 ||
        v->i > 255)
        return fault(why, "segments", "must be an integer from 1 to 255");
    out->segments = (unsigned)v->i;
    return 0;
}

static int read_event(const struct codec_members *m, struct answer *out, char why[WHY_SIZE])
{
    int event = codec_names_find(&codec_mt_events, codec_members_string(m, M_EVENT));
    if (event < 0)
        return fault(why, "event", "must be continue or end");
    out->end = event == 1;
    return 0;
}

static int read_by_kind(const struct codec_members *m, struct answer *out, char why[WHY_SIZE])
{
    if (out->kind == MT_NONE)
        return 0;
    if (read_coding(m, out, why))
        return -1;
    return out->kind == MT_USSD ? read_event(m, out, why) : read_segments(m, out, why);
}

static void fill(const struct codec_members *m, enum mt_kind kind, struct answer *out)
{
    *out = (struct answer){
        .kind = kind,
        .id = codec_members_string(m, M_ID),
        .re = codec_members_string(m, M_RE),
        .msisdn = codec_members_string(m, M_MSISDN),
        .session = codec_members_string(m, M_SESSION),
        .from = codec_members_string(m, M_FROM),
        .text = codec_members_string(m, M_TEXT),
    };
}

int bridge_codec_read_mt(const char *payload, size_t len, char *scratch, struct answer *out,
                         char why[WHY_SIZE])
{
    struct codec_members m;
    m.names = member_names;
    m.count = M_COUNT;
    struct json_error err;
    if (codec_members_scan(&m, payload, len, scratch, &err))
        return fault(why, "payload:", err.detail);
    if (!codec_members_is_int(&m, M_V, 1))
        return fault(why, "v", "must be 1");
    int kind = codec_names_find(&codec_mt_kinds, codec_members_string(&m, M_KIND));
    if (kind < 0)
        return fault(why, "kind", "must be ussd, sms or none");
    if (check_strings(&m, (enum mt_kind)kind, why))
        return -1;
    fill(&m, (enum mt_kind)kind, out);
    return read_by_kind(&m, out, why);
}

/* A code that may come later in version 1 is read like bad_field. */
static enum refusal_code read_code(const struct codec_members *m)
{
    int code = codec_names_find(&codec_refusals, codec_members_string(m, E_ERROR));
    return code < 0 ? REFUSE_BAD_FIELD : (enum refusal_code)code;
}

static int64_t read_retry(const struct codec_members *m)
{
    const struct json_value *v = &m->value[E_RETRY_MS];
    bool number = codec_members_has(m, E_RETRY_MS) && v->type == JSON_NUMBER && v->is_int;
    return number && v->i > 0 ? v->i : 0;
}

/* Has the gateway too much to do? So it is where it does not say why, or in a word of later. */
static bool read_full(const struct codec_members *m)
{
    const char *reason = codec_members_string(m, E_REASON);
    return strcmp(reason, "one_subscriber") != 0 && strcmp(reason, "stopping") != 0;
}

int bridge_codec_read_refusal(const char *payload, size_t len, struct bridge_refusal *out)
{
    if (len > MESSAGE_PAYLOAD_MAX)
        return -1;
    char scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct codec_members m;
    m.names = error_names;
    m.count = E_COUNT;
    struct json_error err;
    if (codec_members_scan(&m, payload, len, scratch, &err) || !codec_members_is_int(&m, E_V, 1) ||
        !codec_members_is_string(&m, E_ERROR))
        return -1;
    const char *settled = codec_members_string(&m, E_RE);
    if (strlen(settled) > MESSAGE_ID_MAX)
        return -1;
    snprintf(out->re, sizeof out->re, "%s", settled);
    out->code = read_code(&m);
    snprintf(out->detail, sizeof out->detail, "%s: %s", codec_members_string(&m, E_ERROR),
             codec_members_string(&m, E_DETAIL));
    out->retry_ms = out->code == REFUSE_OVERLOAD ? read_retry(&m) : 0;
    out->is_full = out->code == REFUSE_OVERLOAD && read_full(&m);
    return 0;
}
