/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as an inbound payload: refused, or taken, written again and read the same. The readers
 * of a bridge get them, too. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "message/bridge_codec.h"
#include "message/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void check_refusal(const struct refusal *why)
{
    must(memchr(why->detail, '\0', sizeof why->detail) && why->detail[0]);
    must(memchr(why->re, '\0', sizeof why->re));
    must(utf8_valid(why->detail, strlen(why->detail)));
    char mem[1024];
    struct bridge_refusal read;
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    codec_write_refusal(why, &out);
    must(!out.full);
    must(bridge_codec_read_refusal(mem, out.len, &read) == 0);
    must(strcmp(read.re, why->re) == 0 && read.code == why->code);
}

static void check_same(const struct mo *a, const struct mo *b)
{
    must(a->kind == b->kind && a->cause == b->cause && a->status == b->status);
    must(a->at == b->at && a->deadline == b->deadline);
    must(strcmp(a->id, b->id) == 0 && strcmp(a->of, b->of) == 0);
    must(strcmp(a->msisdn, b->msisdn) == 0 && strcmp(a->session, b->session) == 0);
    must(strcmp(a->code, b->code) == 0 && strcmp(a->to, b->to) == 0);
    must(strcmp(a->network, b->network) == 0);
    must(a->text_len == b->text_len && memcmp(a->text, b->text, a->text_len + 1) == 0);
}

static void check_again(const struct mo *mo)
{
    char mem[2 * MESSAGE_PAYLOAD_MAX], scratch[MESSAGE_PAYLOAD_MAX + 1];
    struct buf out;
    buf_init(&out, mem, sizeof mem);
    bridge_codec_write_mo(mo, &out);
    must(!out.full);
    struct mo again;
    struct refusal why;
    must(codec_read_mo(mem, out.len, scratch, &again, &why) == 0);
    check_same(mo, &again);
}

/* The scratch lies on the heap at its least size, where the sanitizer sees each octet too far. */
static void read_as_gateway(const char *payload, size_t size)
{
    char *scratch = malloc(MESSAGE_PAYLOAD_MAX + 1);
    must(scratch);
    struct mo mo;
    struct refusal why;
    if (codec_read_mo(payload, size, scratch, &mo, &why))
        check_refusal(&why);
    else
        check_again(&mo);
    free(scratch);
}

static void read_as_bridge(const char *payload, size_t size)
{
    char *scratch = malloc(size + 1);
    must(scratch);
    struct answer answer;
    struct bridge_refusal refusal;
    char why[128];
    if (bridge_codec_read_mt(payload, size, scratch, &answer, why) == 0)
        must(answer.id && answer.re && answer.msisdn && answer.text);
    if (bridge_codec_read_refusal(payload, size, &refusal) == 0)
        must(refusal.retry_ms >= 0 && (refusal.retry_ms == 0 || refusal.code == REFUSE_OVERLOAD));
    free(scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_as_gateway((const char *)data, size);
    read_as_bridge((const char *)data, size);
    return 0;
}
