/* SPDX-License-Identifier: Apache-2.0 */
/* Any octets as the answer to a request of ours: what is made of them lies within them, is bounded,
 * and is the same when they come in two pieces. */
#include <event2/buffer.h>
#include <stdlib.h>
#include <string.h>

#include "io/web_answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
    if (!held)
        abort();
}

static void check(const char *octets, size_t size, const struct web_result *r)
{
    must((r->status == 0) == (*r->why != '\0'));
    if (r->status == 0)
        return;
    must(r->status >= 100 && r->status < 600 && r->len <= WEB_BODY_MAX);
    must(r->text >= octets && r->text + r->len <= octets + size);
}

/* Once it is whole, nothing that follows changes what it says. */
static void check_whole(const char *octets, size_t size, const struct web_result *all)
{
    struct evbuffer *in = evbuffer_new();
    struct web_result r = {.text = "", .why = ""};
    size_t cut = size > 0 ? (unsigned char)octets[size - 1] % size : 0;
    must(in && evbuffer_add(in, octets, cut) == 0);
    if (web_answer_is_whole(in)) {
        web_answer_read(octets, cut, &r);
        must(r.status == all->status && r.len == all->len);
    }
    evbuffer_free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct web_result r = {.text = "", .why = ""};
    const char *octets = (const char *)data;
    if (size > WEB_ANSWER_MAX)
        return 0;
    web_answer_read(octets, size, &r);
    check(octets, size, &r);
    check_whole(octets, size, &r);
    return 0;
}
