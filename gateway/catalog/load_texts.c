/* SPDX-License-Identifier: Apache-2.0 */
/* languages.json and texts/: the languages and all wordings. */
#include <string.h>

#include "base/clock.h"
#include "catalog/loading.h"

enum { TEXT_MAX = 4096 }; /* octets of one text: a body holds it and the lines of its children */

/* Copy a list of strings; NULL-terminated. */
static const char *const *copy_list(struct loading *l, struct place at,
                                    const struct tree_node *list)
{
    const char **copy = arena_array(l->c->arena, tree_count(list) + 1, sizeof *copy);
    size_t n = 0;
    for (const struct tree_node *e = tree_first(list); copy && e; e = tree_next(e)) {
        at.line = tree_line(e);
        if (tree_string(e))
            copy[n++] = load_copy(l, tree_string(e));
        else
            load_report(l, CODE_WRONG_TYPE, at, "Each entry must be a text in quotes.");
    }
    if (!copy)
        load_no_memory(l);
    return copy;
}

static int add_language(struct loading *l, const struct tree_node *entry)
{
    static const char *const known[] = {"code", "name", "latin", "countries", "unmarked", NULL};
    struct catalog *c = l->c;
    struct place at = place_of("languages.json", entry, tree_string(tree_get(entry, "code")));
    if (c->language_count == CATALOG_LANGUAGES_MAX) {
        load_report(l, CODE_TOO_MANY_LANGUAGES, at, "At most %d languages.", CATALOG_LANGUAGES_MAX);
        return 0;
    }
    load_known(l, at, entry, known);
    struct language one = {
        .code = load_copy(l, load_needed(l, at, entry, "code")),
        .name = load_copy(l, load_needed(l, at, entry, "name")),
        .latin = load_copy(l, load_needed(l, at, entry, "latin")),
        .countries = copy_list(l, at, load_children(l, at, entry, "countries", JSON_ARRAY)),
    };
    one.unmarked = c->language_count;
    if (!one.countries)
        return -1;
    if (catalog_find_language(c, one.code) >= 0)
        load_report(l, CODE_DUPLICATE_LANGUAGE, at,
                    "This language is listed twice. Delete one entry.");
    l->languages[c->language_count] = entry;
    c->languages[c->language_count++] = one;
    return 0;
}

int load_languages(struct loading *l)
{
    const struct tree_node *root = load_file(l, "languages.json");
    struct place at = place_of("languages.json", root, NULL);
    const struct tree_node *list = load_children(l, at, root, "languages", JSON_ARRAY);
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        if (add_language(l, e))
            return -1;
    }
    int source = catalog_find_language(l->c, "en");
    if (source < 0) {
        load_report(l, CODE_NO_SOURCE_LANGUAGE, at,
                    "English (\"en\") must be among the languages.");
        return -1;
    }
    l->c->source = (size_t)source;
    return 0;
}

/* The language of a file texts/CODE/…, or -1. */
static int file_language(const struct loading *l, const char *name)
{
    for (size_t i = 0; i < l->c->language_count; i++) {
        const char *code = l->c->languages[i].code;
        size_t n = strlen(code);
        if (!strncmp(name + 6, code, n) && name[6 + n] == '/')
            return (int)i;
    }
    return -1;
}

int load_wording(struct loading *l, struct place at, struct wording *w, const char *raw)
{
    const struct keys *k = &l->o->keys;
    const char *pairs[] = {"more", k->more, "back", k->back, "sms", k->sms,
                           "home", k->home, "exit", k->exit, NULL};
    char text[TEXT_MAX];
    struct buf b;
    buf_init(&b, text, sizeof text);
    body_format(&b, raw, strlen(raw), pairs);
    if (b.full)
        load_report(l, CODE_TEXT_TOO_LONG, at, "The text is longer than %d octets. Cut it in two.",
                    TEXT_MAX - 1);
    w->utf8 = arena_copy(l->c->arena, text, b.len);
    w->len = b.len;
    return w->utf8 ? 0 : load_no_memory(l);
}

static enum text_kind read_kind(struct loading *l, struct place at, const struct tree_node *entry)
{
    static const char *const names[] = {"label", "prompt", "statement"};
    const char *s = load_needed(l, at, entry, "kind");
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!strcmp(s, names[i]))
            return (enum text_kind)i;
    }
    if (*s)
        load_report(l, CODE_BAD_KIND, at, "\"kind\" must be label, prompt or statement.");
    return KIND_NONE;
}

/* The text of an entry: a new one in English, else the one that was made from English. NULL after a
 * finding. */
static struct text *find_text(struct loading *l, struct place at, const struct tree_node *entry,
                              size_t lang)
{
    struct catalog *c = l->c;
    const char *id = tree_key(entry);
    const struct text *old = map_get(c->texts_by_id, id);
    if (lang != c->source && !old) {
        load_report(l, CODE_UNKNOWN_TEXT, at,
                    "There is no English text of this id. Correct the id.");
        return NULL;
    }
    if (old && old->in[lang].utf8) {
        load_report(l, CODE_DUPLICATE_TEXT, at,
                    "This id has a text already in this language, in %s "
                    "line %u. Delete one.",
                    l->texts[old - c->texts].file[lang],
                    tree_line(l->texts[old - c->texts].node[lang]));
        return NULL;
    }
    if (old)
        return &c->texts[old - c->texts];
    struct text *t = &c->texts[c->text_count];
    t->id = load_copy(l, id);
    t->review_by = INT32_MAX;
    if (map_put(c->texts_by_id, c->arena, t->id, t)) {
        load_no_memory(l);
        return NULL;
    }
    c->text_count++;
    return t;
}

/* What only the English entry says. */
static void set_source(struct loading *l, struct place at, struct text *t,
                       const struct tree_node *entry)
{
    struct origin *from = &l->texts[t - l->c->texts];
    from->kind = read_kind(l, at, entry);
    t->states = from->kind == KIND_STATEMENT;
    const char *day = tree_string(tree_get(entry, "review_by"));
    if (day && clock_parse_day(day, &t->review_by))
        t->review_by = INT32_MAX;
}

static int add_text(struct loading *l, const char *file, const struct tree_node *entry, size_t lang)
{
    struct place at = place_of(file, entry, tree_key(entry));
    at.lang = l->c->languages[lang].code;
    if (tree_type(entry) != JSON_OBJECT) {
        load_report(l, CODE_WRONG_TYPE, at, "A text must be an object in { }.");
        return 0;
    }
    const char *raw = load_needed(l, at, entry, "text");
    struct text *t = find_text(l, at, entry, lang);
    if (!t)
        return 0;
    struct origin *from = &l->texts[t - l->c->texts];
    from->file[lang] = file;
    from->node[lang] = entry;
    const char *status = tree_string(tree_get(entry, "status"));
    t->in[lang].reviewed = status && !strcmp(status, "reviewed");
    if (lang == l->c->source)
        set_source(l, at, t, entry);
    return load_wording(l, at, &t->in[lang], raw);
}

/* Add all texts of English, or of all other languages. */
static int add_files(struct loading *l, bool source)
{
    for (size_t i = 0; i < l->file_count; i++) {
        const char *name = l->files[i].name;
        int lang = strncmp(name, "texts/", 6) ? -1 : file_language(l, name);
        if (lang < 0 || !l->trees[i] || ((size_t)lang == l->c->source) != source)
            continue;
        const struct tree_node *root = tree_root(l->trees[i]);
        const struct tree_node *texts =
            load_children(l, place_of(name, root, NULL), root, "texts", JSON_OBJECT);
        for (const struct tree_node *e = tree_first(texts); e; e = tree_next(e)) {
            if (add_text(l, name, e, (size_t)lang))
                return -1;
        }
    }
    return 0;
}

/* How many English texts there may be. Tells of folders of no language on the way. */
static size_t count_texts(struct loading *l)
{
    static const char *const known[] = {"texts", NULL};
    size_t count = 0;
    for (size_t i = 0; i < l->file_count; i++) {
        const char *name = l->files[i].name;
        if (strncmp(name, "texts/", 6) || !l->trees[i])
            continue;
        const struct tree_node *root = tree_root(l->trees[i]);
        struct place at = place_of(name, root, NULL);
        int lang = file_language(l, name);
        if (lang < 0)
            load_report(l, CODE_UNKNOWN_LANGUAGE, at,
                        "No language of languages.json has this folder. Add it there.");
        load_known(l, at, root, known);
        if (lang == (int)l->c->source)
            count += tree_count(tree_get(root, "texts"));
    }
    return count;
}

int load_texts(struct loading *l)
{
    size_t count = count_texts(l);
    l->c->texts = arena_array(l->c->arena, count, sizeof *l->c->texts);
    l->texts = arena_array(l->scratch, count, sizeof *l->texts);
    if (!l->c->texts || !l->texts)
        return load_no_memory(l);
    return add_files(l, true) || add_files(l, false) ? -1 : 0;
}
