/* SPDX-License-Identifier: Apache-2.0 */
/* The pager: each screen of any text fits its limits, and the chain covers the text once. The first
 * octet chooses the limits and the kind, the rest is the body. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "text/runes.h"
#include "text/screen.h"
#include "text/segment.h"

enum { MOST = 2048 };

static void must(int holds)
{
    if (!holds)
        abort();
}

/* Between the screens there is only white space. */
static void must_be_blank(const char *s, size_t len)
{
    for (size_t at = 0; at < len;) {
        uint32_t cp;
        int step = utf8_next(s + at, len - at, &cp);
        must(step > 0 && rune_space(cp));
        at += (size_t)step;
    }
}

static void must_fit(struct words *w, const struct screen_text *t,
                     const struct screen_limits *limits, const struct screen_span *span)
{
    char mem[MOST + 64];
    struct buf b;
    buf_init(&b, mem, sizeof(mem));
    screen_write(t, span, &b);
    must(!b.full);
    must(screen_fits(w, t->lang, b.data, b.len, limits));
}

static void walk(struct words *w, const struct screen_text *t, const struct screen_limits *limits)
{
    size_t at = 0, covered = 0;
    do {
        struct screen_span span;
        if (screen_page(w, t, limits, at, &span) != 0)
            return;
        must(span.next > at || t->len == 0);
        must(span.next <= t->len && span.end >= span.start && span.start >= covered);
        must_be_blank(t->body + covered, span.start - covered);
        must_fit(w, t, limits, &span);
        covered = span.end;
        at = span.next;
    } while (at < t->len);
    must_be_blank(t->body + covered, t->len - covered);
}

static void split(struct words *w, const char *text, size_t len)
{
    struct segment_span spans[255];
    struct segment_text t = {"lo", text, len, len % 2 ? SEGMENT_REF8 : SEGMENT_REF16};
    int n = segment_split(w, &t, spans, 255);
    for (int i = 0; i < n; i++) {
        must(spans[i].start == (i == 0 ? 0 : spans[i - 1].end));
        must(i == 0 || spans[i].end > spans[i].start);
    }
    must(n < 0 || spans[n - 1].end == len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct screen_limits limits[] = {
        {182, 80, 0, 0}, {160, 70, 0, 4}, {20, 10, 0, 2},
        {0, 0, 1, 0},    {0, 0, 3, 3},    {12, 40, 0, 0},
    };
    if (size < 1 || size > MOST || !utf8_valid((const char *)data + 1, size - 1))
        return 0;
    struct words *w = words_open();
    must(w != NULL);
    struct screen_text t = {.lang = "lo",
                            .head = data[0] & 0x40 ? "Wrong key." : "",
                            .body = (const char *)data + 1,
                            .len = size - 1,
                            .foot_more = data[0] & 0x20 ? "9 ຕໍ່" : "",
                            .foot_last = data[0] & 0x10 ? "0 Back" : "",
                            .kind = data[0] & 0x80 ? SCREEN_LIST : SCREEN_PROSE};
    walk(w, &t, &limits[data[0] % 6]);
    split(w, t.body, t.len);
    words_close(w);
    return 0;
}
