/* SPDX-License-Identifier: Apache-2.0 */
/* The check of translations against glossary.json: one word for one thing, every amount in its own
 * currency, and the words of caution, such as "recommended" and "we do not know", in place. */
#include <ctype.h>
#include <string.h>

#include "catalog/loading.h"
#include "text/fold.h"

enum { FOLDED_MAX = 4 * 4096 };

/* Is the term in an English text as words of their own, be it in the plural? Both are folded. */
static bool says(const char *text, const char *term)
{
    size_t len = strlen(term);
    for (const char *s = strstr(text, term); s; s = strstr(s + 1, term)) {
        const char *end = s + len;
        end += !strncmp(end, "es", 2) ? 2 : *end == 's';
        if ((s == text || !isalnum((unsigned char)s[-1])) && !isalnum((unsigned char)*end))
            return true;
    }
    return false;
}

static bool holds(const char *text, const struct tree_node *form)
{
    char folded[256];
    const char *s = tree_string(form);
    return s && fold_keyword(s, strlen(s), folded, sizeof folded) > 0 && strstr(text, folded);
}

/* Does the text hold one of the words for a term: a string, or an array of them? */
static bool holds_any(const char *text, const struct tree_node *forms)
{
    if (holds(text, forms))
        return true;
    for (const struct tree_node *one = tree_first(forms); one; one = tree_next(one)) {
        if (holds(text, one))
            return true;
    }
    return false;
}

static const char *first_form(const struct tree_node *forms)
{
    const char *s = tree_string(forms);
    if (!s)
        s = tree_string(tree_first(forms));
    return s ? s : "";
}

/* A pair of folded texts, and where the translation stands. */
struct pair {
    struct place at;
    char english[FOLDED_MAX], other[FOLDED_MAX];
};

static void check_list(struct loading *l, const struct pair *p, const char *list, enum code code)
{
    const struct tree_node *terms = tree_get(load_file(l, "glossary.json"), list);
    for (const struct tree_node *t = tree_first(terms); t; t = tree_next(t)) {
        const struct tree_node *forms = tree_get(t, p->at.lang);
        if (!forms || !says(p->english, tree_key(t)) || holds_any(p->other, forms))
            continue;
        load_report(l, code, p->at,
                    "\"%s\" is \"%s\" in the glossary. Use that word, or add yours.", tree_key(t),
                    first_form(forms));
    }
}

void check_terms(struct loading *l, struct place at, const char *english, const char *other)
{
    struct pair p = {.at = at};
    if (fold_keyword(english, strlen(english), p.english, sizeof p.english) < 0 ||
        fold_keyword(other, strlen(other), p.other, sizeof p.other) < 0)
        return;
    check_list(l, &p, "currencies", CODE_CURRENCY);
    check_list(l, &p, "cautions", CODE_CAUTION);
    check_list(l, &p, "terms", CODE_TERM);
}
