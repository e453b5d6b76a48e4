/* SPDX-License-Identifier: Apache-2.0 */
/* The check of the other languages against English. */
#include <stdio.h>
#include <string.h>

#include "catalog/entry.h"
#include "catalog/loading.h"
#include "catalog/numbers.h"

enum { LISTED_MAX = 20 };

static const char *raw_text(const struct loading *l, const struct text *t, size_t lang)
{
    const char *s = tree_string(tree_get(l->texts[t - l->c->texts].node[lang], "text"));
    return s ? s : "";
}

/* Has the language a wording in the files, be it shown or not? */
static bool has_wording(const struct loading *l, const struct text *t, size_t lang)
{
    return l->texts[t - l->c->texts].node[lang] != NULL;
}

/* Does `other` hold every {name} of `s`? The first that it lacks goes into `lost`. */
static bool holds_names(const char *s, const char *other, char *lost, size_t cap)
{
    for (const char *open = strchr(s, '{'); open; open = strchr(open + 1, '{')) {
        size_t n = strspn(open + 1, "abcdefghijklmnopqrstuvwxyz0123456789-_");
        if (!n || open[1 + n] != '}')
            continue;
        snprintf(lost, cap, "%.*s", (int)(n + 2 < cap ? n + 2 : cap - 1), open);
        if (!strstr(other, lost))
            return false;
    }
    return true;
}

static void check_names(struct loading *l, struct place at, const char *english, const char *s)
{
    char lost[64];
    if (!holds_names(english, s, lost, sizeof lost))
        load_report(l, CODE_PLACEHOLDER, at, "%s of the English text is missing. Add it.", lost);
    else if (!holds_names(s, english, lost, sizeof lost))
        load_report(l, CODE_PLACEHOLDER, at, "%s is not in the English text. Delete it.", lost);
}

static void check_numbers(struct loading *l, struct place at, const char *english, const char *s)
{
    char which[NUMBER_MAX];
    enum numbers found = numbers_compare(english, s, which);
    if (found == NUMBERS_LOST)
        load_report(l, CODE_NUMBER, at,
                    "The number %s of the English text is missing. Write it in digits, as often as "
                    "there.",
                    which);
    else if (found == NUMBERS_ADDED)
        load_report(l, CODE_NUMBER, at,
                    "The number %s is not in the English text, or there less often. Correct it.",
                    which);
}

/* What a machine can compare: placeholders and numbers. */
static void check_meaning(struct loading *l, struct place at, const char *english, const char *s)
{
    check_names(l, at, english, s);
    check_numbers(l, at, english, s);
}

/* Was it made from the English text as it stands? */
static void check_from(struct loading *l, struct place at, const struct tree_node *n,
                       const char *english)
{
    char hex[ENTRY_MARK_HEX + 1];
    load_optional(l, at, n, "from"); /* tells of one that is no text */
    entry_mark(english, hex);
    if (entry_compare(english, n) == ENTRY_STALE)
        load_report(l, CODE_STALE, at,
                    "The English text has changed since it was translated. Translate it again and "
                    "set \"from\" to \"%s\".",
                    hex);
}

static void check_pair(struct loading *l, const struct text *t, size_t lang)
{
    const char *english = raw_text(l, t, l->c->source);
    struct place at = place_of_text(l, t, lang);
    check_meaning(l, at, english, raw_text(l, t, lang));
    check_terms(l, at, english, raw_text(l, t, lang));
    const struct tree_node *entry = l->texts[t - l->c->texts].node[lang];
    const char *unmarked = tree_string(tree_get(entry, "unmarked"));
    if (unmarked)
        check_meaning(l, at, english, unmarked);
    check_from(l, at, entry, english);
}

/* Must every language have it? Else a worker sees no way through the first screens. */
static bool is_vital(const struct loading *l, const struct text *t)
{
    const struct node *start = l->c->start;
    if (!strncmp(t->id, "ui.", 3) || !strncmp(t->id, "language.", 9))
        return true;
    if (t == start->title || (t == start->label && !start->title))
        return true;
    for (size_t i = 0; i < start->child_count; i++) {
        if (start->children[i]->label == t)
            return true;
    }
    return false;
}

static void tell_missing(struct loading *l, size_t lang, const struct text *t)
{
    load_report(l, CODE_MISSING_TRANSLATION, place_of_text(l, t, lang),
                "It is shown in English. Write it in texts/%s/.", l->c->languages[lang].code);
}

/* One line for all that a language lacks, with the first ids. */
static void tell_many(struct loading *l, size_t lang, size_t count)
{
    const struct catalog *c = l->c;
    char list[160];
    struct buf b;
    buf_init(&b, list, sizeof list);
    for (size_t i = 0; i < c->text_count && !b.full; i++) {
        if (!has_wording(l, &c->texts[i], lang) && !is_vital(l, &c->texts[i]))
            buf_printf(&b, "%s ", c->texts[i].id);
    }
    struct place at = place_of("languages.json", l->languages[lang], NULL);
    at.lang = c->languages[lang].code;
    load_report(l, CODE_MISSING_TRANSLATION, at, "%zu texts are shown in English. Write them: %s%s",
                count, list, b.full ? "and more" : "");
}

static void check_language(struct loading *l, size_t lang)
{
    const struct catalog *c = l->c;
    size_t missing = 0;
    for (size_t i = 0; i < c->text_count; i++) {
        const struct text *t = &c->texts[i];
        if (has_wording(l, t, lang))
            check_pair(l, t, lang);
        else if (is_vital(l, t))
            load_report(l, CODE_NO_TRANSLATION, place_of_text(l, t, lang),
                        "The first screens need it in each language. Write it in texts/%s/.",
                        c->languages[lang].code);
        else
            missing++;
    }
    for (size_t i = 0; missing <= LISTED_MAX && i < c->text_count; i++) {
        if (!has_wording(l, &c->texts[i], lang) && !is_vital(l, &c->texts[i]))
            tell_missing(l, lang, &c->texts[i]);
    }
    if (missing > LISTED_MAX)
        tell_many(l, lang, missing);
}

void check_translations(struct loading *l)
{
    for (size_t i = 0; i < l->c->language_count; i++) {
        if (i != l->c->source)
            check_language(l, i);
    }
}
