/* SPDX-License-Identifier: Apache-2.0 */
/* keywords.json: words that open a node or choose a language. */
#include <string.h>

#include "catalog/loading.h"
#include "text/fold.h"

static const char file[] = "keywords.json";

static int add_word(struct loading *l, struct place at, const struct tree_node *word,
                    const struct keyword *opens)
{
    struct catalog *c = l->c;
    const char *s = tree_string(word);
    char folded[128];
    at.line = tree_line(word);
    if (!s || fold_keyword(s, strlen(s), folded, sizeof folded) <= 0) {
        load_report(l, CODE_BAD_KEYWORD, at, "A keyword must be a text of 1 to 127 octets.");
        return 0;
    }
    if (map_get(c->keywords, folded)) {
        load_report(l, CODE_DUPLICATE_KEYWORD, at,
                    "\"%s\" is a keyword already. A word may occur once over all; delete one.", s);
        return 0;
    }
    struct keyword *k = arena_alloc(c->arena, sizeof *k);
    const char *key = arena_copy(c->arena, folded, strlen(folded));
    if (!k || !key || map_put(c->keywords, c->arena, key, k))
        return load_no_memory(l);
    *k = *opens;
    return 0;
}

static int add_words(struct loading *l, struct place at, const struct tree_node *list,
                     const struct keyword *opens)
{
    at.line = tree_line(list);
    if (tree_type(list) != JSON_ARRAY)
        load_report(l, CODE_WRONG_TYPE, at, "Keywords must be a list in [ ].");
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        if (add_word(l, at, e, opens))
            return -1;
    }
    return 0;
}

/* The language that a member is named after, or -1 after a finding. */
static int member_language(struct loading *l, struct place at, const struct tree_node *m)
{
    int lang = catalog_find_language(l->c, tree_key(m));
    at.line = tree_line(m);
    if (lang < 0)
        load_report(l, CODE_UNKNOWN_LANGUAGE, at, "\"%.40s\" is no language of languages.json.",
                    tree_key(m));
    return lang;
}

/* The words of one node in all languages. */
static int add_node_words(struct loading *l, const struct tree_node *entry)
{
    struct place at = place_of(file, entry, tree_key(entry));
    struct keyword opens = {.node = catalog_node(l->c, tree_key(entry)), .language = -1};
    if (!opens.node) {
        load_report(l, CODE_KEYWORD_NODE, at, "There is no node of this id. Correct the id.");
        return 0;
    }
    if (tree_type(entry) != JSON_OBJECT)
        load_report(l, CODE_WRONG_TYPE, at, "Keywords of a node must be an object of languages.");
    l->has_keyword[opens.node->index] = true;
    for (const struct tree_node *m = tree_first(entry); m; m = tree_next(m)) {
        int lang = tree_key(m) ? member_language(l, at, m) : -1;
        if (lang < 0)
            continue;
        at.lang = l->c->languages[lang].code;
        opens.spoken = (size_t)lang;
        if (add_words(l, at, m, &opens))
            return -1;
    }
    return 0;
}

int load_keywords(struct loading *l)
{
    static const char *const known[] = {"keywords", "languages", NULL};
    const struct tree_node *root = load_file(l, file);
    struct place at = place_of(file, root, NULL);
    load_known(l, at, root, known);
    const struct tree_node *nodes = load_children(l, at, root, "keywords", JSON_OBJECT);
    for (const struct tree_node *e = tree_first(nodes); e; e = tree_next(e)) {
        if (add_node_words(l, e))
            return -1;
    }
    const struct tree_node *languages = load_children(l, at, root, "languages", JSON_OBJECT);
    for (const struct tree_node *e = tree_first(languages); e; e = tree_next(e)) {
        struct keyword chooses = {.language = member_language(l, at, e)};
        if (chooses.language >= 0 && add_words(l, at, e, &chooses))
            return -1;
    }
    return 0;
}
