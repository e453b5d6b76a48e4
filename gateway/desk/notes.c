/* SPDX-License-Identifier: Apache-2.0 */
#include "desk/notes.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *member(const struct tree_node *n, const char *key)
{
    const char *s = tree_string(tree_get(n, key));
    return s ? s : "";
}

void notes_status(const struct pair *p, struct buf *out)
{
    switch (pair_status(p)) {
    case ENTRY_MISSING:
        buf_puts(out, "missing");
        break;
    case ENTRY_STALE:
        buf_puts(out, "stale: the English text has changed");
        break;
    case ENTRY_DRAFT:
        buf_puts(out, "draft");
        break;
    case ENTRY_REVIEWED:
        buf_printf(out, "reviewed by %s on %s", member(p->entry, "reviewer"),
                   member(p->entry, "reviewed_on"));
        break;
    }
}

static void put_kind(const struct pair *p, struct buf *out)
{
    static const char *const kinds[][2] = {
        {"label", "Kind: a line of a menu or a name. As short as can be."},
        {"prompt", "Kind: a word of the service."},
        {"statement", "Kind: a statement. Say what the English says, no more and no less."},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!strcmp(kinds[i][0], member(p->english, "kind")))
            buf_printf(out, "%s\n", kinds[i][1]);
    }
}

/* A fact that is no rule, and what follows for the words. */
static void put_fact(const struct tree_node *fact, const char *id, struct buf *out)
{
    const char *kind = member(fact, "kind");
    if (!strcmp(kind, "recommendation"))
        buf_printf(out,
                   "Recommendation of the report, never a rule: say \"recommended\", never "
                   "\"must\" (%s).\n",
                   id);
    else if (!strcmp(kind, "plan"))
        buf_printf(out, "A plan: it is not there yet. Say \"plans\" (%s).\n", id);
    else
        return;
    if (*member(fact, "caution"))
        buf_printf(out, "Caution: %s\n", member(fact, "caution"));
}

static void put_facts(const struct pairs *all, const struct pair *p, struct buf *out)
{
    const struct tree_node *facts = tree_get(pairs_file(all, "facts.json"), "facts");
    const struct tree_node *e = tree_first(tree_get(p->english, "facts"));
    for (; e; e = tree_next(e)) {
        if (tree_string(e))
            put_fact(tree_get(facts, tree_string(e)), tree_string(e), out);
    }
}

/* The {name} at s, in octets with its braces; 0 if there is none. */
static size_t placeholder_at(const char *s)
{
    size_t n = *s == '{' ? strspn(s + 1, "abcdefghijklmnopqrstuvwxyz0123456789-_") : 0;
    return n && s[1 + n] == '}' ? n + 2 : 0;
}

/* The number at s with the signs inside it, in octets; 0 if there is none. */
static size_t number_at(const char *s)
{
    size_t n = 0;
    while (isdigit((unsigned char)s[n]) ||
           (n && strchr(".,", s[n]) && isdigit((unsigned char)s[n + 1])))
        n++;
    return n;
}

/* List what `at` finds, in the order of the text. */
static void put_pieces(const char *title, const char *text, size_t (*at)(const char *s),
                       struct buf *out)
{
    bool any = false;
    for (const char *s = text; *s;) {
        size_t n = at(s);
        size_t skip = n ? n : placeholder_at(s);
        if (n) {
            buf_puts(out, any ? " " : title);
            buf_put(out, s, n);
            any = true;
        }
        s += skip ? skip : 1;
    }
    if (any)
        buf_putc(out, '\n');
}

/* Is the term in the text, in any case, as words of their own, be it in the plural? */
static bool says(const char *text, const char *term)
{
    size_t len = strlen(term);
    for (const char *s = strcasestr(text, term); s; s = strcasestr(s + 1, term)) {
        const char *end = s + len;
        end += !strncmp(end, "es", 2) ? 2 : *end == 's';
        if ((s == text || !isalnum((unsigned char)s[-1])) && !isalnum((unsigned char)*end))
            return true;
    }
    return false;
}

/* A word, or several of an array. */
static void put_term(const struct tree_node *term, const struct tree_node *words, struct buf *out)
{
    buf_printf(out, "Term: %s = ", tree_key(term));
    if (tree_string(words))
        buf_puts(out, tree_string(words));
    for (const struct tree_node *w = tree_first(words); w; w = tree_next(w))
        buf_printf(out, "%s%s", w == tree_first(words) ? "" : " or ",
                   tree_string(w) ? tree_string(w) : "");
    buf_putc(out, '\n');
}

static void put_terms(const struct pairs *all, const struct pair *p, const char *list,
                      struct buf *out)
{
    const struct tree_node *terms = tree_get(pairs_file(all, "glossary.json"), list);
    for (const struct tree_node *t = tree_first(terms); t; t = tree_next(t)) {
        const struct tree_node *words = tree_get(t, all->language);
        if (words && *tree_key(t) && says(pair_english(p), tree_key(t)))
            put_term(t, words, out);
    }
}

void notes_comment(const struct pairs *all, const struct pair *p, struct buf *out)
{
    put_kind(p, out);
    put_facts(all, p, out);
    put_pieces("Keep as they are: ", pair_english(p), placeholder_at, out);
    put_pieces("Numbers that must stay: ", pair_english(p), number_at, out);
    put_terms(all, p, "terms", out);
    put_terms(all, p, "currencies", out);
}
