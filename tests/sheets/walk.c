/* SPDX-License-Identifier: Apache-2.0 */
/* Prints every screen of some languages, one JSON object a line, for the contact sheets.
 * Usage: walk CONTENT_DIR [--sms] [LANGUAGE...] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sheets/explore.h"
#include "text/segment.h"

enum { LINE_MAX_OCTETS = 65536, PARTS_MAX = 16 };

/* What a screen is written with. */
struct printer {
    const struct explore *x;
    char line[LINE_MAX_OCTETS];
};

static void put_name(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, value, strlen(value));
}

static void put_form(struct buf *b, const struct view *v)
{
    buf_puts(b, ",\"form\":[");
    for (unsigned i = 0; i < v->form_len; i++)
        buf_printf(b, "%s%lld", i > 0 ? "," : "", (long long)v->form[i]);
    buf_putc(b, ']');
}

/* The SMS that carry the text, as the phone joins them. */
static void put_parts(struct buf *b, struct words *w, const char *lang, const struct screen *sent)
{
    struct segment_span spans[PARTS_MAX];
    struct segment_text t = {.lang = lang, .text = sent->text, .len = sent->len};
    int n = segment_split(w, &t, spans, PARTS_MAX);
    buf_puts(b, ",\"parts\":[");
    for (int i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(b, ',');
        buf_json(b, sent->text + spans[i].start, spans[i].end - spans[i].start);
    }
    buf_putc(b, ']');
}

static void put_size(struct buf *b, const struct walk_screen *s, const struct layout *layout)
{
    struct measure m = {0};
    bool sms = layout->limits.segments > 0;
    coding_measure(s->sent->text, s->sent->len, &m);
    bool gsm7 = m.coding == CODING_GSM7;
    size_t limit = sms    ? layout->limits.segments
                   : gsm7 ? layout->limits.septets
                          : layout->limits.units;
    buf_printf(b, ",\"units\":%zu,\"septets\":%zu,\"coding\":\"%s\",\"limit\":%zu", m.units,
               m.septets, gsm7 ? "gsm7" : "ucs2", limit);
}

static void print(void *arg, const struct walk_screen *s)
{
    struct printer *p = arg;
    const struct layout *layout = catalog_layout(p->x->catalog, s->layout);
    const char *lang = catalog_language(p->x->catalog, s->lang)->code;
    struct buf b;
    buf_init(&b, p->line, sizeof p->line);
    buf_puts(&b, "{\"lang\":");
    buf_json(&b, lang, strlen(lang));
    put_name(&b, "node", s->node->id);
    put_form(&b, s->view);
    buf_printf(&b, ",\"page\":%u,\"start\":%u,\"text\":", s->page, s->view->start);
    buf_json(&b, s->sent->text, s->sent->len);
    put_size(&b, s, layout);
    if (layout->limits.segments > 0)
        put_parts(&b, catalog_words(p->x->catalog), lang, s->sent);
    buf_printf(&b, ",\"fallback\":%s}", s->fallback ? "true" : "false");
    puts(p->line);
}

/* An article's SMS only: menus and lists are the same as on USSD. */
static void print_article(void *arg, const struct walk_screen *s)
{
    if (s->node->body)
        print(arg, s);
}

static int walk_language(struct printer *p, size_t lang, bool sms)
{
    struct carrier_rules carrier;
    setup_carrier(&p->x->conf, &p->x->layouts, "", &carrier);
    struct walk walk = explore_walk(p->x, lang, sms ? carrier.sms_layout : carrier.ussd_layout);
    return walk_all(&walk, sms ? print_article : print, p) < 0 ? -1 : 0;
}

static bool is_wanted(const char *code, char **wanted, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(wanted[i], code) == 0)
            return true;
    return count == 0;
}

/* Walk through the languages named, or through all. */
static int walk_languages(struct printer *p, bool sms, char **wanted, int count)
{
    for (size_t i = 0; i < catalog_language_count(p->x->catalog); i++)
        if (is_wanted(catalog_language(p->x->catalog, i)->code, wanted, count) &&
            walk_language(p, i, sms) < 0)
            return -1;
    return 0;
}

int main(int argc, char **argv)
{
    bool sms = argc > 2 && strcmp(argv[2], "--sms") == 0;
    int first = sms ? 3 : 2, status = 1;
    if (argc < 2) {
        fputs("Usage: walk CONTENT_DIR [--sms] [LANGUAGE...]\n", stderr);
        return 2;
    }
    struct explore *x = calloc(1, sizeof *x);
    struct printer *p = calloc(1, sizeof *p);
    if (!x || !p)
        goto out;
    explore_init(x, argv[1]);
    p->x = x;
    if (explore_load(x) == 0 && walk_languages(p, sms, argv + first, argc - first) == 0)
        status = 0;
    explore_free(x);
out:
    free(p);
    free(x);
    return status;
}
