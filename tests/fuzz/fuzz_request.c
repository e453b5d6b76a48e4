/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the payloads that go with requests: refused, or taken, written again and read the
 * same. Octets behind a # are what somebody sealed; they are opened. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../support/request_example.h"
#include "base/utf8.h"
#include "message/request_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

/* Memory of the promised size lies on the heap, where the sanitizer sees each octet too far. */
static char *take(size_t size)
{
    char *memory = malloc(size);
    must(memory != NULL);
    return memory;
}

static void check_same(const struct request *a, const struct request *b)
{
    must(strcmp(a->id, b->id) == 0 && strcmp(a->case_no, b->case_no) == 0);
    must(strcmp(a->proof, b->proof) == 0 && strcmp(a->subject, b->subject) == 0);
    must(strcmp(a->bridge, b->bridge) == 0 && strcmp(a->kind, b->kind) == 0);
    must(strcmp(a->country, b->country) == 0 && strcmp(a->lang, b->lang) == 0);
    must(a->at == b->at && a->sms == b->sms && a->wish == b->wish && a->safe == b->safe);
}

/* What was opened is sound, and comes out of a new box the same. */
static void check_again(const struct request_read *read, const char *msisdn, const char *text)
{
    const struct seal_secret key = example_key();
    char *mem = take(REQUEST_PAYLOAD_MAX + 1), *scratch = take(REQUEST_PAYLOAD_MAX + 1);
    char *open = take(REQUEST_PAYLOAD_MAX + 1);
    struct request r = read->request;
    struct request_read again;
    char why[REQUEST_WHY_MAX];
    struct buf out;
    r.msisdn = msisdn;
    r.text = text;
    r.text_len = strlen(text);
    buf_init(&out, mem, REQUEST_PAYLOAD_MAX + 1);
    /* Only a text of control characters alone may be too long for a box. */
    if (request_codec_write(&r, &key.public, &out) == 0) {
        must(!out.full);
        must(request_codec_read(mem, out.len, scratch, &again, why) == 0);
        check_same(&r, &again.request);
        must((again.sealed_len > 0) == (msisdn[0] || text[0]));
        must(request_codec_open(&again, &key, open, &msisdn, &text) == 0);
        must(strcmp(msisdn, r.msisdn) == 0 && strcmp(text, r.text) == 0);
    } else {
        must(r.text_len > MESSAGE_TEXT_CHARS);
    }
    free(mem);
    free(scratch);
    free(open);
}

static void open_box(const struct request_read *read)
{
    const struct seal_secret key = example_key();
    char *open = take(REQUEST_PAYLOAD_MAX + 1);
    const char *msisdn, *text;
    if (request_codec_open(read, &key, open, &msisdn, &text) == 0)
        check_again(read, msisdn, text);
    else
        must(!msisdn[0] && !text[0]);
    free(open);
}

static void check_forget(const struct request *r)
{
    char mem[256], scratch[256], why[REQUEST_WHY_MAX];
    struct request_read again;
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    request_codec_write_forget(r->id, r->subject, &out);
    must(!out.full && request_codec_read(mem, out.len, scratch, &again, why) == 0);
    must(again.is_forget && strcmp(again.request.id, r->id) == 0);
    must(r->subject[0] && strcmp(again.request.subject, r->subject) == 0);
}

static void read_request(const char *payload, size_t size)
{
    char *scratch = take(REQUEST_PAYLOAD_MAX + 1);
    struct request_read read;
    char why[REQUEST_WHY_MAX];
    if (request_codec_read(payload, size, scratch, &read, why))
        must(memchr(why, '\0', sizeof why) && why[0] && utf8_valid(why, strlen(why)));
    else if (read.is_forget)
        check_forget(&read.request);
    else
        open_box(&read);
    free(scratch);
}

static void read_ask(const char *payload, size_t size)
{
    char mem[256], id[REQUEST_ASK_ID_MAX + 1], again_id[REQUEST_ASK_ID_MAX + 1];
    struct case_ask ask, again;
    struct buf out;
    if (request_codec_read_ask(payload, size, id, &ask))
        return;
    buf_init(&out, mem, sizeof mem);
    request_codec_write_ask(id, &ask, &out);
    must(!out.full && request_codec_read_ask(mem, out.len, again_id, &again) == 0);
    must(strcmp(id, again_id) == 0 && strcmp(ask.case_no, again.case_no) == 0);
    must(strcmp(ask.proof, again.proof) == 0);
}

static void read_state(const char *payload, size_t size)
{
    char mem[256], id[REQUEST_ASK_ID_MAX + 1], again_id[REQUEST_ASK_ID_MAX + 1];
    enum case_state state, again;
    struct buf out;
    if (request_codec_read_state(payload, size, id, &state))
        return;
    buf_init(&out, mem, sizeof mem);
    request_codec_write_state(id, state, &out);
    must(!out.full && request_codec_read_state(mem, out.len, again_id, &again) == 0);
    must(strcmp(id, again_id) == 0 && state == again);
}

static void read_ack_and_drop(const char *payload, size_t size)
{
    char mem[256], id[REQUEST_ID_MAX + 1], again[REQUEST_ID_MAX + 1];
    struct request_drop drop, back;
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    if (request_codec_read_ack(payload, size, id) == 0) {
        request_codec_write_ack(id, &out);
        must(request_codec_read_ack(mem, out.len, again) == 0 && strcmp(id, again) == 0);
    }
    buf_init(&out, mem, sizeof mem);
    if (request_codec_read_drop(payload, size, &drop) == 0) {
        request_codec_write_drop(&drop, &out);
        must(request_codec_read_drop(mem, out.len, &back) == 0);
        must(strcmp(drop.key, back.key) == 0 && strcmp(drop.subject, back.subject) == 0);
    }
}

/* What somebody with the public key sealed, in the request of the example. */
static void open_sealed(const char *plain, size_t size)
{
    const struct seal_secret key = example_key();
    struct request_read read;
    char *scratch = take(REQUEST_PAYLOAD_MAX + 1), *box = take(seal_size(size));
    char why[REQUEST_WHY_MAX];
    must(request_codec_read(EXAMPLE_REQUEST, strlen(EXAMPLE_REQUEST), scratch, &read, why) == 0);
    must(seal_close(&key.public, plain, size, box) == 0);
    read.sealed = box;
    read.sealed_len = strlen(box);
    open_box(&read);
    free(scratch);
    free(box);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *payload = (const char *)data;
    if (size > 0 && payload[0] == '#') {
        open_sealed(payload + 1, size - 1);
        return 0;
    }
    read_request(payload, size);
    read_ask(payload, size);
    read_state(payload, size);
    read_ack_and_drop(payload, size);
    return 0;
}
