/* SPDX-License-Identifier: Apache-2.0 */
/* The check of each wording by itself: characters, status, evidence, review. */
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "catalog/loading.h"
#include "text/coding.h"
#include "text/fold.h"
#include "text/runes.h"

/* Ids that the programs say by name, whatever the menu holds. */
static const char *const needed[] = {
#define NEEDED(id) id,
#include "catalog/needed.def"
#undef NEEDED
};

/* Characters that no text may hold: they show as nothing or turn the text round. */
static bool is_forbidden(uint32_t cp)
{
    bool control = (cp < 0x20 && cp != '\n') || (cp >= 0x7F && cp < 0xA0);
    bool separator = cp == 0x2028 || cp == 0x2029 || cp == 0x00AD;
    return control || separator || rune_invisible(cp);
}

/* The place of an octet in a text, in characters from 1. */
static size_t character_at(const char *s, size_t octet)
{
    return utf8_count(s, octet) + 1;
}

static void check_characters(struct loading *l, struct place at, const char *s, size_t len)
{
    uint32_t cp = 0;
    int n;
    for (size_t i = 0; (n = utf8_next(s + i, len - i, &cp)) > 0; i += (size_t)n) {
        if (is_forbidden(cp)) {
            load_report(l, CODE_CONTROL, at, "U+%04X at character %zu is not seen. Delete it.", cp,
                        character_at(s, i));
            break;
        }
    }
    if (!fold_is_nfc(s, len))
        load_report(l, CODE_NOT_NFC, at, "The text is not in Unicode form NFC. Save it in NFC.");
}

static void check_gsm7(struct loading *l, struct place at, const char *s, size_t len)
{
    struct measure m;
    if (!coding_measure(s, len, &m) && m.guilty)
        load_report(
            l, CODE_NOT_GSM7, at,
            "U+%04X at character %zu is not in GSM 7-bit, so a screen holds less than half. "
            "Write it another way.",
            m.guilty, character_at(s, m.guilty_at));
}

static bool is_day(const char *s)
{
    int32_t ignored;
    return s && !clock_parse_day(s, &ignored);
}

static void check_status(struct loading *l, struct place at, const struct tree_node *n,
                         bool required)
{
    const char *status = load_optional(l, at, n, "status");
    const char *reviewer = load_optional(l, at, n, "reviewer");
    const char *day = load_optional(l, at, n, "reviewed_on");
    bool reviewed = status && !strcmp(status, "reviewed");
    if (status ? !reviewed && strcmp(status, "draft") : required)
        load_report(l, CODE_BAD_STATUS, at, "\"status\" must be draft or reviewed.");
    if (reviewed && (!reviewer || !*reviewer || !is_day(day)))
        load_report(l, CODE_NO_REVIEWER, at,
                    "A reviewed text needs \"reviewer\" and \"reviewed_on\" (YYYY-MM-DD). "
                    "Add them or make it a draft.");
}

/* The day until which a statement holds. */
static void check_review(struct loading *l, struct place at, const struct text *t,
                         const struct tree_node *n)
{
    const char *day = load_optional(l, at, n, "review_by");
    at.line = tree_line(tree_get(n, "review_by"));
    if (!day) {
        at.line = tree_line(n);
        load_report(l, CODE_NO_REVIEW_DAY, at, "A statement needs \"review_by\". Add the day.");
    } else if (!is_day(day)) {
        load_report(l, CODE_BAD_DAY, at, "\"review_by\" must be a day written YYYY-MM-DD.");
    } else if (t->review_by < l->c->today) {
        load_report(l, CODE_OVERDUE, at,
                    "Its review was due on %s; workers are told that it may be out of date. "
                    "Check it and set a new day.",
                    day);
    }
}

static void check_source_entry(struct loading *l, struct place at, const struct text *t)
{
    static const char *const known[] = {"text",      "kind",   "facts",    "sources",
                                        "review_by", "status", "reviewer", "reviewed_on",
                                        "note",      "long",   NULL};
    const struct origin *from = &l->texts[t - l->c->texts];
    const struct tree_node *n = from->node[l->c->source];
    load_known(l, at, n, known);
    check_status(l, at, n, t->states);
    if (t->states) {
        load_references(l, at, n);
        check_review(l, at, t, n);
    }
}

static void check_translated_entry(struct loading *l, struct place at, const struct tree_node *n)
{
    static const char *const known[] = {"text",        "unmarked", "from", "status", "reviewer",
                                        "reviewed_on", "note",     "long", NULL};
    load_known(l, at, n, known);
    check_status(l, at, n, true);
}

static void check_wording(struct loading *l, const struct text *t, size_t lang)
{
    const struct tree_node *n = l->texts[t - l->c->texts].node[lang];
    struct place at = place_of_text(l, t, lang);
    const char *s = tree_string(tree_get(n, "text"));
    if (s)
        check_characters(l, at, s, strlen(s));
    if (lang != l->c->source) {
        check_translated_entry(l, at, n);
        return;
    }
    check_source_entry(l, at, t);
    if (s)
        check_gsm7(l, at, s, strlen(s));
}

/* Text ids hold country codes, so capitals too. */
static bool is_text_id(const char *s)
{
    size_t n = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
    return n && !s[n] && n < sizeof(((struct finding *)NULL)->id);
}

static void check_needed(struct loading *l)
{
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++) {
        struct place at = {.file = "texts/en/ui.json", .line = 1, .id = needed[i], .lang = "en"};
        if (!catalog_text(l->c, needed[i]))
            load_report(l, CODE_MISSING_TEXT, at,
                        "The programs say this text. Write it in English.");
    }
}

void check_texts(struct loading *l)
{
    const struct catalog *c = l->c;
    check_needed(l);
    for (size_t i = 0; i < c->text_count; i++) {
        const struct text *t = &c->texts[i];
        if (!is_text_id(t->id))
            load_report(l, CODE_BAD_ID, place_of_text(l, t, c->source),
                        "An id is made of letters, digits, point and hyphen, at most 95.");
        for (size_t j = 0; j < c->language_count; j++) {
            if (l->texts[i].node[j])
                check_wording(l, t, j);
        }
    }
}
