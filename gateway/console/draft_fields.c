/* SPDX-License-Identifier: Apache-2.0 */
#include "console/draft_fields.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "text/fold.h"

static const char digits[] = "0123456789";
static const char lower[] = "abcdefghijklmnopqrstuvwxyz";

static const char *const verdicts[] = {"ceiling", "forbidden", "limited", "unknown", NULL};
static const char *const confidences[] = {"high", "medium", "low", NULL};
static const char *const kinds[] = {"label", "prompt", "statement", NULL};
static const char *const statuses[] = {"draft", "reviewed", NULL};
static const char *const problems[] = {"overcharged", "unpaid",   "papers",      "false-terms",
                                       "injury",      "violence", "trafficking", "dismissal",
                                       "emergency",   NULL};
const char *const *field_choices(enum field_kind kind)
{
    switch (kind) {
    case FIELD_VERDICT:
        return verdicts;
    case FIELD_CONFIDENCE:
        return confidences;
    case FIELD_KIND:
        return kinds;
    case FIELD_STATUS:
        return statuses;
    case FIELD_PROBLEMS:
        return problems;
    default:
        return NULL;
    }
}

static bool is_choice(const char *s, const char *const *list)
{
    while (s && *list && strcmp(*list, s))
        list++;
    return s && *list;
}

/* Each entry of a list is a text that `good` takes. */
static bool all_of(const struct field_world *w, const struct tree_node *n,
                   bool (*good)(const struct field_world *w, const char *s))
{
    if (tree_type(n) != JSON_ARRAY || tree_count(n) > w->most)
        return false;
    for (const struct tree_node *m = tree_first(n); m; m = tree_next(m)) {
        if (!tree_string(m) || !good(w, tree_string(m)))
            return false;
        for (const struct tree_node *o = tree_next(m); o; o = tree_next(o)) {
            if (tree_string(o) && !strcmp(tree_string(o), tree_string(m)))
                return false;
        }
    }
    return true;
}

/* Characters that can be seen, and no more of them than there is room for. */
static bool is_words(const struct field_world *w, const char *s, bool lines)
{
    size_t len = s ? strlen(s) : 0;
    if (!len || utf8_count(s, len) > w->most || strspn(s, " \n") == len)
        return false;
    for (; *s; s++) {
        if ((unsigned char)*s < 0x20 && !(lines && *s == '\n'))
            return false;
    }
    return true;
}

static bool is_id(const char *s)
{
    size_t len = s ? strlen(s) : 0;
    return len && len < 96 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-") == len;
}

/* A day, or with `parts` a month or a year, too. */
static bool is_date(const char *s, bool parts, int32_t *day)
{
    char text[16] = "0000-01-01";
    size_t len = s ? strlen(s) : 0;
    if (len != 10 && !(parts && (len == 4 || len == 7)))
        return false;
    memcpy(text, s, len);
    return !clock_parse_day(text, day);
}

/* Digits as they are dialled: a short number, or a long one with or without a plus. */
static bool is_phone(const char *s)
{
    size_t plus = s && *s == '+';
    size_t len = s ? strspn(s + plus, digits) : 0;
    return s && len >= (plus ? 7u : 3u) && len <= 15 && !s[plus + len];
}

static bool is_url(const struct field_world *w, const char *s)
{
    if (!s || strlen(s) > w->most)
        return false;
    size_t scheme = !strncmp(s, "https://", 8) ? 8 : !strncmp(s, "http://", 7) ? 7 : 0;
    return scheme && strchr(s + scheme, '.') && !strpbrk(s, " \n\"<>");
}

static bool is_dial(const char *s)
{
    size_t len = s ? strspn(s, digits) : 0;
    return len >= 1 && len <= 3 && !s[len];
}

/* Countries and currencies are those that have a name. */
static bool has_name(const struct field_world *w, const char *prefix, const char *s)
{
    char id[64];
    return s && snprintf(id, sizeof id, "%s%s", prefix, s) < (int)sizeof id &&
           index_text(w->index, id);
}

static bool is_country(const struct field_world *w, const char *s)
{
    return s && strlen(s) == 2 && has_name(w, "country.", s);
}

static bool is_language(const struct field_world *w, const char *s)
{
    return strlen(s) == 2 && strspn(s, lower) == 2 && index_has_language(w->index, s);
}

static bool is_problem(const struct field_world *w, const char *s)
{
    (void)w;
    return is_choice(s, problems);
}

static bool is_source(const struct field_world *w, const char *s)
{
    return s && index_entry(w->index, "sources.json", "sources", s);
}

static bool is_fact(const struct field_world *w, const char *s)
{
    return index_entry(w->index, "facts.json", "facts", s) != NULL;
}

static bool is_node(const struct field_world *w, const char *s)
{
    return index_entry(w->index, "menu.json", "nodes", s) != NULL;
}

static bool is_text_of(const struct field_world *w, const char *s, bool statement)
{
    const struct index_text *t = s ? index_text(w->index, s) : NULL;
    const char *kind = t ? tree_string(tree_get(t->node, "kind")) : NULL;
    return kind && (!statement || !strcmp(kind, "statement"));
}

/* Nobody dials a number tomorrow. */
static bool is_past_day(const struct field_world *w, const char *s)
{
    int32_t day;
    return is_date(s, false, &day) && day <= w->today;
}

static bool is_amount(const struct tree_node *n)
{
    int64_t amount;
    return !tree_int(n, &amount) && amount >= 0 && amount <= 1000000000000;
}

static const char *wrong_message(const struct field_world *w, const char *s)
{
    if (!is_words(w, s, true))
        return "The text is empty or too long, or has signs that cannot be seen. Correct it.";
    return fold_is_nfc(s, strlen(s))
               ? NULL
               : "Some signs are written in an unusual way. Type the text again.";
}

#define SAY(good, message) return (good) ? NULL : (message)

/* A kind that is a choice, or a reference to what stands elsewhere. */
static const char *check_reference(enum field_kind kind, const struct field_world *w,
                                   const struct tree_node *n)
{
    const char *s = tree_string(n);
    switch (kind) {
    case FIELD_CORRIDOR:
        SAY(s && index_entry(w->index, "fees.json", "corridors", s),
            "There is no such way between countries. Choose one of the list.");
    case FIELD_ITEM:
        SAY(s && index_entry(w->index, "fees.json", "items", s),
            "There is no such cost. Choose one of the list.");
    case FIELD_SOURCE:
        SAY(is_source(w, s), "This is not among the sources. Choose one, or add it there first.");
    case FIELD_SOURCES:
        SAY(all_of(w, n, is_source),
            "One of these is not among the sources, or stands here twice. Choose others.");
    case FIELD_FACTS:
        SAY(all_of(w, n, is_fact),
            "One of these is not among the facts, or stands here twice. Choose others.");
    case FIELD_NODES:
        SAY(all_of(w, n, is_node),
            "A menu has at most 9 lines, each once, and each must be there. Correct the list.");
    case FIELD_LABEL:
        SAY(is_text_of(w, s, false), "There is no text of this name. Add it first.");
    case FIELD_STATEMENT:
        SAY(is_text_of(w, s, true), "There is no statement of this name. Choose another text.");
    case FIELD_COUNTRY:
        SAY(is_country(w, s), "Choose a country of the list.");
    case FIELD_COUNTRIES:
        SAY(all_of(w, n, is_country), "Choose countries of the list, each once.");
    case FIELD_CURRENCY:
        SAY(s && strlen(s) == 3 && has_name(w, "currency.", s), "Choose a currency of the list.");
    case FIELD_LANGUAGES:
        SAY(all_of(w, n, is_language), "Choose languages of the list, each once.");
    case FIELD_PROBLEMS:
        SAY(all_of(w, n, is_problem), "Choose kinds of problem of the list, each once.");
    default:
        SAY(is_choice(s, field_choices(kind)), "Choose one of the list.");
    }
}

const char *field_check(enum field_kind kind, const struct field_world *w,
                        const struct tree_node *n)
{
    const char *s = tree_string(n);
    int32_t day;
    switch (kind) {
    case FIELD_ID:
        SAY(is_id(s), "An id is made of a-z, 0-9, point and hyphen, at most 95 signs.");
    case FIELD_WORDS:
        SAY(is_words(w, s, false), "This is empty or too long. Fill it in.");
    case FIELD_MESSAGE:
        return wrong_message(w, s);
    case FIELD_AMOUNT:
        SAY(is_amount(n), "Write the amount as a whole number, such as 500.");
    case FIELD_FLAG:
        SAY(tree_type(n) == JSON_BOOL, "This is either on or off.");
    case FIELD_DATE:
        SAY(is_date(s, true, &day), "Write the date as 2026, 2026-11 or 2026-11-30.");
    case FIELD_DAY:
        SAY(is_date(s, false, &day), "Write the day as 2026-11-30.");
    case FIELD_PAST_DAY:
        SAY(is_past_day(w, s), "Write the day as 2026-11-30; it cannot be in the future.");
    case FIELD_PHONE:
        SAY(is_phone(s), "Write the number as it is dialled, digits alone: 1506, or +66 and the "
                         "digits without spaces.");
    case FIELD_URL:
        SAY(is_url(w, s), "Write the whole address of the page, beginning with https://.");
    case FIELD_DIAL:
        SAY(is_dial(s), "A dial code has one to three digits.");
    default:
        return check_reference(kind, w, n);
    }
}
