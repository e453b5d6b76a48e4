/* SPDX-License-Identifier: Apache-2.0 */
#include "core/session.h"

#include <string.h>

#include "base/digest.h"

/* Record, format 2. To change it: raise FORMAT, keep reading the old one, and add a record of the
 * old format to the tests.
 *
 *   tag 8 | format 1 | flags 1 | dialogue 1 | lang 3 | home 2 | dest 2 | stage 1 | catalog 8 |
 * last_ms 6 | ussd_session 4 | pending 4 | loop_text 4 | loop_count 1 | budget_day 2 | filed 1 |
 * wrong 1 | trail: n 1, n * 4 | now: view | answers: n 1, n * view | seen: n 1, n * (id 6, at 2)
 * view: node 4 | start 2 | notice and form_len 1 | flags and lang: 1 + 3 | form: n * (1 length, 0-8
 * octets)
 *
 * Numbers are little-endian, but the tag is in the machine's own order, because the store compares
 * it octet by octet. A view equal to the one before it (a repeat of the same screen) is not folded:
 * plain is enough at under 200 octets. */
enum {
    FORMAT = 2,
    FORMAT_WITHOUT_BUDGET = 1,
    FLAG_LATIN = 1,
    FLAG_STOPPED = 2,
    FLAG_DROPPED = 4,
    SAME_ANSWER = 8,
    OTHER_LANG = 128, /* beside the flags of a view */
    LANG_OCTETS = 3
};

struct writer {
    uint8_t *p;
    size_t left;
    bool full;
};

struct reader {
    const uint8_t *p;
    size_t left;
    bool bad;
};

static void put(struct writer *w, uint64_t value, unsigned octets)
{
    if (w->full || w->left < octets) {
        w->full = true;
        return;
    }
    for (unsigned i = 0; i < octets; i++)
        w->p[i] = (uint8_t)(value >> (8 * i));
    w->p += octets;
    w->left -= octets;
}

static uint64_t get(struct reader *r, unsigned octets)
{
    uint64_t value = 0;
    if (r->bad || r->left < octets) {
        r->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < octets; i++)
        value |= (uint64_t)r->p[i] << (8 * i);
    r->p += octets;
    r->left -= octets;
    return value;
}

/* A short code such as "lo" or "LA" in a fixed number of octets, filled up with NUL. */
static void put_code(struct writer *w, const char *code, unsigned octets)
{
    size_t n = strlen(code);
    for (unsigned i = 0; i < octets; i++)
        put(w, i < n ? (uint8_t)code[i] : 0, 1);
}

/* out holds octets + 1. Nothing but NUL stands behind a NUL. */
static void get_code(struct reader *r, char *out, unsigned octets)
{
    for (unsigned i = 0; i < octets; i++) {
        out[i] = (char)get(r, 1);
        if (i > 0 && out[i - 1] == '\0' && out[i] != '\0')
            r->bad = true;
    }
    out[octets] = '\0';
}

static unsigned octets_of(uint64_t value)
{
    unsigned n = 0;
    for (; value != 0; value >>= 8)
        n++;
    return n;
}

static void put_view(struct writer *w, const struct view *v, const char *lang)
{
    bool other = strcmp(v->lang, lang) != 0;
    put(w, v->node, 4);
    put(w, v->start, 2);
    put(w, (uint64_t)(v->notice << 4) | v->form_len, 1);
    put(w, v->flags | (other ? OTHER_LANG : 0U), 1);
    if (other)
        put_code(w, v->lang, LANG_OCTETS);
    for (unsigned i = 0; i < v->form_len; i++) {
        unsigned n = octets_of((uint64_t)v->form[i]);
        put(w, n, 1);
        put(w, (uint64_t)v->form[i], n);
    }
}

static void get_view(struct reader *r, struct view *v, const char *lang)
{
    v->node = (uint32_t)get(r, 4);
    v->start = (uint16_t)get(r, 2);
    uint8_t packed = (uint8_t)get(r, 1);
    v->notice = packed >> 4;
    v->form_len = packed & 15;
    uint8_t flags = (uint8_t)get(r, 1);
    v->flags = flags & (OTHER_LANG - 1);
    if (flags & OTHER_LANG)
        get_code(r, v->lang, LANG_OCTETS);
    else
        memcpy(v->lang, lang, sizeof v->lang);
    if (v->form_len > SESSION_FORM_MAX) {
        r->bad = true;
        v->form_len = 0;
    }
    for (unsigned i = 0; i < v->form_len; i++) {
        unsigned n = (unsigned)get(r, 1);
        if (n > 8)
            r->bad = true;
        v->form[i] = (int64_t)get(r, n > 8 ? 0 : n);
    }
}

void session_init(struct session *s)
{
    memset(s, 0, offsetof(struct session, seen)); /* of which seen_count says that there are none */
}

static bool same_view(const struct view *a, const struct view *b)
{
    return a->node == b->node && a->start == b->start && a->notice == b->notice &&
           a->flags == b->flags && a->form_len == b->form_len && strcmp(a->lang, b->lang) == 0 &&
           memcmp(a->form, b->form, a->form_len * sizeof *a->form) == 0;
}

static bool same_answer(const struct session *s)
{
    return s->answer_count > 0 && same_view(&s->answers[0], &s->now);
}

static void put_head(struct writer *w, const struct session *s)
{
    unsigned flags = (s->latin ? FLAG_LATIN : 0U) | (s->stopped ? FLAG_STOPPED : 0U) |
                     (s->dropped ? FLAG_DROPPED : 0U) | (same_answer(s) ? SAME_ANSWER : 0U);
    put(w, FORMAT, 1);
    put(w, flags, 1);
    put(w, s->dialogue, 1);
    put_code(w, s->lang, LANG_OCTETS);
    put_code(w, s->home, 2);
    put_code(w, s->dest, 2);
    put(w, s->stage, 1);
    put(w, s->catalog, 8);
    put(w, (uint64_t)s->last_ms, 6);
    put(w, s->ussd_session, 4);
    put(w, s->pending, 4);
    put(w, s->loop_text, 4);
    put(w, s->loop_count, 1);
    put(w, s->budget_day, 2);
    put(w, s->filed_today, 1);
    put(w, s->wrong_today, 1);
}

size_t session_encode(const struct session *s, uint8_t *out, size_t cap)
{
    struct writer w = {.p = out, .left = cap};
    if (cap < sizeof s->tag)
        return 0;
    memcpy(out, &s->tag, sizeof s->tag);
    w.p += sizeof s->tag;
    w.left -= sizeof s->tag;
    put_head(&w, s);
    put(&w, s->trail_len, 1);
    for (unsigned i = 0; i < s->trail_len; i++)
        put(&w, s->trail[i], 4);
    put_view(&w, &s->now, s->lang);
    put(&w, s->answer_count, 1);
    for (unsigned i = same_answer(s); i < s->answer_count; i++)
        put_view(&w, &s->answers[i], s->lang);
    put(&w, s->seen_count, 1);
    for (unsigned i = 0; i < s->seen_count; i++) {
        put(&w, s->seen[i].id, 6);
        put(&w, s->seen[i].at, 2);
    }
    return w.full ? 0 : (size_t)(w.p - out);
}

/* Returns whether the newest answer is what is shown now. */
static bool get_head(struct reader *r, struct session *s)
{
    uint64_t format = get(r, 1);
    if (format != FORMAT && format != FORMAT_WITHOUT_BUDGET)
        r->bad = true;
    unsigned flags = (unsigned)get(r, 1);
    s->latin = flags & FLAG_LATIN;
    s->stopped = flags & FLAG_STOPPED;
    s->dropped = flags & FLAG_DROPPED;
    uint64_t dialogue = get(r, 1);
    s->dialogue = dialogue <= DIALOGUE_SMS ? (enum dialogue)dialogue : DIALOGUE_NONE;
    get_code(r, s->lang, LANG_OCTETS);
    get_code(r, s->home, 2);
    get_code(r, s->dest, 2);
    s->stage = (uint8_t)get(r, 1);
    s->catalog = get(r, 8);
    s->last_ms = (int64_t)get(r, 6);
    s->ussd_session = (uint32_t)get(r, 4);
    s->pending = (uint32_t)get(r, 4);
    s->loop_text = (uint32_t)get(r, 4);
    s->loop_count = (uint8_t)get(r, 1);
    if (format != FORMAT_WITHOUT_BUDGET) {
        s->budget_day = (uint16_t)get(r, 2);
        s->filed_today = (uint8_t)get(r, 1);
        s->wrong_today = (uint8_t)get(r, 1);
    }
    return flags & SAME_ANSWER;
}

/* A count that is too large makes the record bad, and is 0. */
static uint8_t get_count(struct reader *r, unsigned most)
{
    uint64_t n = get(r, 1);
    if (n > most)
        r->bad = true;
    return r->bad ? 0 : (uint8_t)n;
}

static void get_tail(struct reader *r, struct session *s, bool same)
{
    s->trail_len = get_count(r, SESSION_TRAIL_MAX);
    for (unsigned i = 0; i < s->trail_len; i++)
        s->trail[i] = (uint32_t)get(r, 4);
    get_view(r, &s->now, s->lang);
    s->answer_count = get_count(r, SESSION_ANSWERS);
    if (same && s->answer_count > 0)
        s->answers[0] = s->now;
    for (unsigned i = same; i < s->answer_count; i++)
        get_view(r, &s->answers[i], s->lang);
    s->seen_count = get_count(r, SESSION_SEEN_MAX);
    for (unsigned i = 0; i < s->seen_count; i++) {
        s->seen[i].id = get(r, 6);
        s->seen[i].at = (uint16_t)get(r, 2);
    }
    if (s->answer_count > s->seen_count || r->left != 0)
        r->bad = true;
}

int session_decode(const uint8_t *record, size_t len, struct session *s)
{
    struct reader r = {.p = record, .left = len};
    session_init(s);
    uint64_t tag = session_tag(record, len);
    if (len < sizeof tag)
        return -1;
    r.p += sizeof tag;
    r.left -= sizeof tag;
    bool same = get_head(&r, s);
    get_tail(&r, s, same);
    if (r.bad)
        session_init(s);
    s->tag = tag;
    return r.bad ? -1 : 0;
}

uint64_t session_tag(const uint8_t *record, size_t len)
{
    uint64_t tag = 0;
    if (len >= sizeof tag)
        memcpy(&tag, record, sizeof tag);
    return tag;
}

void session_key(const char *secret, size_t secret_len, const char *msisdn,
                 char out[SESSION_KEY_SIZE])
{
    struct digest_key key;
    digest_key_begin(&key, secret, secret_len);
    session_key_of(&key, msisdn, out);
    explicit_bzero(&key, sizeof key);
}

void session_key_of(const struct digest_key *secret, const char *msisdn, char out[SESSION_KEY_SIZE])
{
    uint8_t mac[DIGEST_SIZE];
    digest_key_hmac(secret, msisdn, strlen(msisdn), mac);
    out[0] = '{';
    digest_hex(mac, 16, out + 1);
    out[33] = '}';
    out[34] = '\0';
}
