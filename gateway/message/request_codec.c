/* SPDX-License-Identifier: Apache-2.0 */
/* The writers. What the readers would refuse is not written: a request that nobody can read would
 * be sent for ever. */
#include "message/request_codec.h"

#include <string.h>

#include "message/codec_members.h"
#include "message/request_rules.h"

enum {
    /* Each octet of a text may need a backslash. A text of control characters alone needs more:
     * then it must be shorter. */
    PLAIN_MAX = 2 * MESSAGE_TEXT_MAX + 128
};

static const char *string_of(const struct request *r, unsigned member)
{
    return (const char *)r + request_places[member].offset;
}

/* Would a reader take it? */
static bool is_sound(const struct request *r)
{
    for (unsigned i = 0; i < RM_STRINGS; i++) {
        const char *s = string_of(r, i);
        const char *end = memchr(s, '\0', request_places[i].size);
        if (!end || !request_rules[i].ok(s, (size_t)(end - s)))
            return false;
    }
    return r->at > 0 && r->at <= REQUEST_AT_MAX && (unsigned)r->wish < WISH_COUNT &&
           (unsigned)r->safe < SAFE_COUNT && request_number_valid(r->msisdn, strlen(r->msisdn)) &&
           request_text_valid(r->text, r->text_len);
}

static void put_string(struct buf *out, const struct request *r, unsigned member)
{
    codec_members_put(out, request_members[member], string_of(r, member));
}

/* What only the case work may read, with the id so that it cannot be put into another request. */
static void put_plain(struct buf *out, const struct request *r)
{
    buf_puts(out, "{\"id\":");
    buf_json(out, r->id, strlen(r->id));
    codec_members_put(out, "msisdn", r->msisdn);
    buf_puts(out, ",\"text\":");
    buf_json(out, r->text, r->text_len);
    buf_putc(out, '}');
}

/* Returns 0, or -1 if it cannot be sealed. */
static int seal(const struct request *r, const struct seal_public *key,
                char box[REQUEST_PAYLOAD_MAX])
{
    char plain[PLAIN_MAX + 1];
    struct buf b;
    buf_init(&b, plain, sizeof plain);
    put_plain(&b, r);
    int rc = -1;
    if (!b.full && seal_size(b.len) <= REQUEST_PAYLOAD_MAX)
        rc = seal_close(key, plain, b.len, box);
    explicit_bzero(plain, sizeof plain);
    return rc;
}

static void put_request(struct buf *out, const struct request *r, const char *box)
{
    static const enum request_member first[] = {RM_ID, RM_CASE, RM_PROOF, RM_SUBJECT};
    buf_puts(out, "{\"v\":1,\"type\":\"request\"");
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        put_string(out, r, first[i]);
    codec_members_put_int(out, "at", r->at);
    put_string(out, r, RM_BRIDGE);
    codec_members_put(out, "channel", r->sms ? "sms" : "ussd");
    put_string(out, r, RM_KIND);
    put_string(out, r, RM_COUNTRY);
    codec_members_put(out, "wish", request_codec_wish_name(r->wish));
    codec_members_put(out, "safe", request_codec_safe_name(r->safe));
    put_string(out, r, RM_LANG);
    if (box[0])
        codec_members_put(out, "sealed", box);
    buf_putc(out, '}');
}

int request_codec_write(const struct request *r, const struct seal_public *key, struct buf *out)
{
    char box[REQUEST_PAYLOAD_MAX] = "";
    if (!is_sound(r))
        return -1;
    if ((r->msisdn[0] || r->text_len > 0) && seal(r, key, box))
        return -1;
    put_request(out, r, box);
    return 0;
}

void request_codec_write_forget(const char *id, const char *subject, struct buf *out)
{
    buf_puts(out, "{\"v\":1,\"type\":\"forget\"");
    codec_members_put(out, "id", id);
    codec_members_put(out, "subject", subject);
    buf_putc(out, '}');
}

void request_codec_write_ack(const char *id, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "id", id);
    buf_putc(out, '}');
}

void request_codec_write_ask(const char *ask_id, const struct case_ask *ask, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "id", ask_id);
    codec_members_put(out, "case", ask->case_no);
    codec_members_put(out, "proof", ask->proof);
    buf_putc(out, '}');
}

void request_codec_write_state(const char *ask_id, enum case_state state, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "re", ask_id);
    codec_members_put(out, "state", request_codec_state_name(state));
    buf_putc(out, '}');
}

void request_codec_write_drop(const struct request_drop *drop, struct buf *out)
{
    buf_puts(out, "{\"v\":1");
    codec_members_put(out, "key", drop->key);
    codec_members_put(out, "subject", drop->subject);
    buf_putc(out, '}');
}

const char *request_codec_wish_name(enum contact_wish w)
{
    return codec_names_word(&request_wishes, w);
}

const char *request_codec_safe_name(enum safe_time s)
{
    return codec_names_word(&request_safes, s);
}

const char *request_codec_state_name(enum case_state s)
{
    return codec_names_word(&request_states, s);
}

int request_codec_state_of(const char *name)
{
    return codec_names_find(&request_states, name);
}
