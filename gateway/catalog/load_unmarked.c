/* SPDX-License-Identifier: Apache-2.0 */
/* The form without marks of a language in Latin letters (Vietnamese), for phones that show boxes
 * and for cheaper SMS: the text without its marks, or what the entry's "unmarked" says where that
 * would be misread. It stands behind the languages, as one more language of the same code. */
#include <string.h>

#include "catalog/loading.h"
#include "text/coding.h"
#include "text/fold.h"

enum { TEXT_MAX = 4096 };

static void check_alphabet(struct loading *l, struct place at, const char *s)
{
    struct measure m;
    if (!coding_measure(s, strlen(s), &m) && m.guilty)
        load_report(
            l, CODE_UNMARKED, at,
            "Without its marks the text still has U+%04X, which is not in GSM 7-bit. Replace "
            "it, or write the text without it in \"unmarked\".",
            m.guilty);
}

static int add_text(struct loading *l, struct text *t, size_t lang, size_t unmarked)
{
    struct origin *from = &l->texts[t - l->c->texts];
    const struct tree_node *entry = from->node[lang];
    char plain[TEXT_MAX];
    const char *raw = tree_string(tree_get(entry, "unmarked"));
    const char *marked = tree_string(tree_get(entry, "text"));
    from->file[unmarked] = from->file[lang];
    from->node[unmarked] = entry;
    if (!raw && marked) {
        raw = fold_unmarked(marked, strlen(marked), plain, sizeof plain) < 0 ? NULL : plain;
        if (!raw && strlen(marked) < sizeof plain)
            return load_no_memory(l);
    }
    if (!raw)
        return 0; /* too long, which has been told */
    check_alphabet(l, place_of_text(l, t, unmarked), raw);
    t->in[unmarked].reviewed = t->in[lang].reviewed;
    return load_wording(l, place_of_text(l, t, unmarked), &t->in[unmarked], raw);
}

static int add_form(struct loading *l, size_t lang)
{
    struct catalog *c = l->c;
    size_t unmarked = c->drawn_count;
    if (unmarked == CATALOG_LANGUAGES_MAX) {
        load_report(l, CODE_TOO_MANY_LANGUAGES,
                    place_of("languages.json", l->languages[lang], c->languages[lang].code),
                    "At most %d languages, forms without marks included.", CATALOG_LANGUAGES_MAX);
        return 0;
    }
    c->languages[unmarked] = c->languages[lang];
    c->languages[lang].unmarked = c->languages[unmarked].unmarked = unmarked;
    l->languages[unmarked] = l->languages[lang];
    c->drawn_count++;
    for (size_t i = 0; i < c->text_count; i++) {
        if (c->texts[i].in[lang].utf8 && add_text(l, &c->texts[i], lang, unmarked))
            return -1;
    }
    return 0;
}

int load_unmarked(struct loading *l)
{
    l->c->drawn_count = l->c->language_count;
    for (size_t i = 0; i < l->c->language_count; i++) {
        if (tree_true(tree_get(l->languages[i], "unmarked")) && add_form(l, i))
            return -1;
    }
    return 0;
}

int hide_drafts(struct loading *l)
{
    struct catalog *c = l->c;
    for (size_t i = 0; l->o->hide_drafts && i < c->text_count; i++) {
        for (size_t j = 0; j < c->drawn_count; j++) {
            struct wording *w = &c->texts[i].in[j];
            if (j != c->source && !w->reviewed)
                *w = (struct wording){0};
        }
    }
    return 0;
}
