/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "catalog/loading.h"

const struct tree_node *load_file(const struct loading *l, const char *name)
{
    for (size_t i = 0; i < l->file_count; i++) {
        if (l->trees[i] && !strcmp(l->files[i].name, name))
            return tree_root(l->trees[i]);
    }
    return NULL;
}

void load_known(struct loading *l, struct place at, const struct tree_node *object,
                const char *const *known)
{
    if (tree_type(object) != JSON_OBJECT) {
        load_report(l, CODE_WRONG_TYPE, at, "An object in { } is expected here.");
        return;
    }
    for (const struct tree_node *m = tree_first(object); m; m = tree_next(m)) {
        const char *const *k = known;
        while (*k && strcmp(*k, tree_key(m)))
            k++;
        at.line = tree_line(m);
        if (!*k)
            load_report(
                l, CODE_UNKNOWN_MEMBER, at,
                "\"%.60s\" is not known here and is not read. Correct its name or delete it.",
                tree_key(m));
    }
}

const char *load_optional(struct loading *l, struct place at, const struct tree_node *object,
                          const char *name)
{
    const struct tree_node *m = tree_get(object, name);
    if (!m || tree_type(m) == JSON_NULL)
        return NULL;
    at.line = tree_line(m);
    if (!tree_string(m))
        load_report(l, CODE_WRONG_TYPE, at, "\"%s\" must be a text in quotes.", name);
    return tree_string(m);
}

const char *load_needed(struct loading *l, struct place at, const struct tree_node *object,
                        const char *name)
{
    const struct tree_node *m = tree_get(object, name);
    const char *s = load_optional(l, at, object, name);
    if (!m || tree_type(m) == JSON_NULL || (s && !*s))
        load_report(l, CODE_MISSING_MEMBER, at, "\"%s\" is missing or empty. Add it.", name);
    return s ? s : "";
}

const struct tree_node *load_children(struct loading *l, struct place at,
                                      const struct tree_node *object, const char *name,
                                      enum json_type type)
{
    const struct tree_node *m = tree_get(object, name);
    if (!m || tree_type(m) == type)
        return m;
    at.line = tree_line(m);
    load_report(l, CODE_WRONG_TYPE, at, "\"%s\" must be %s.", name,
                type == JSON_ARRAY ? "a list in [ ]" : "an object in { }");
    return NULL;
}

const char *load_copy(struct loading *l, const char *s)
{
    const char *copy = arena_copy(l->c->arena, s, strlen(s));
    if (!copy)
        load_no_memory(l);
    return copy ? copy : "";
}

const struct text *load_text(const struct loading *l, const char *prefix, const char *suffix)
{
    char id[256];
    if (snprintf(id, sizeof id, "%s%s", prefix, suffix) >= (int)sizeof id)
        return NULL;
    return map_get(l->c->texts_by_id, id);
}

const struct text *load_need_text(struct loading *l, struct place at, const char *prefix,
                                  const char *id)
{
    const struct text *t = load_text(l, prefix, id);
    if (!t && *id)
        load_report(l, CODE_MISSING_TEXT, at, "There is no English text \"%s%.100s\". Write it.",
                    prefix, id);
    return t;
}

bool load_is_id(const char *s)
{
    size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789.-");
    return n && !s[n] && n < sizeof(((struct finding *)NULL)->id);
}

/* Check a list of ids of facts or sources. */
static void check_ids(struct loading *l, struct place at, const struct tree_node *list,
                      enum code unknown)
{
    const struct tree_node *all = unknown == CODE_UNKNOWN_FACT ? l->facts : l->sources;
    const char *file = unknown == CODE_UNKNOWN_FACT ? "facts.json" : "sources.json";
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *id = tree_string(e);
        at.line = tree_line(e);
        if (!id || !tree_get(all, id))
            load_report(l, unknown, at, "\"%.80s\" is not in %s. Correct the id or add it there.",
                        id ? id : "(no text)", file);
    }
}

void load_references(struct loading *l, struct place at, const struct tree_node *entry)
{
    const struct tree_node *facts = load_children(l, at, entry, "facts", JSON_ARRAY);
    const struct tree_node *sources = load_children(l, at, entry, "sources", JSON_ARRAY);
    check_ids(l, at, facts, CODE_UNKNOWN_FACT);
    check_ids(l, at, sources, CODE_UNKNOWN_SOURCE);
    if (!tree_count(facts) && !tree_count(sources))
        load_report(l, CODE_NO_EVIDENCE, at,
                    "It says something about the world but names no fact and no source. "
                    "Add \"facts\" or \"sources\".");
}
