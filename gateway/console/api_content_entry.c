/* SPDX-License-Identifier: Apache-2.0 */
/* One text with all that an editor needs beside it: both languages, what was published, the English
 * that a translation was made from, facts and sources with their caution, its place in the menu. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/entry.h"
#include "console/api_content.h"
#include "console/draft_log.h"
#include "console/draft_rules.h"
#include "console/endpoints.h"

static const char *const status_names[ENTRY_STATUS_COUNT] = {"missing", "stale", "draft",
                                                             "reviewed"};

/* Looks for the words with a mark among those that an English text once had. */
struct older {
    const char *mark;
    char *found;
};

static char *text_with_mark(const char *json, const char *mark)
{
    struct json_error err;
    char hex[ENTRY_MARK_HEX + 1];
    struct tree *tree = json ? tree_parse(json, strlen(json), &err) : NULL;
    const char *text = tree ? tree_string(tree_get(tree_root(tree), "text")) : NULL;
    char *out = NULL;
    if (text) {
        entry_mark(text, hex);
        out = strcmp(hex, mark) ? NULL : strdup(text);
    }
    tree_free(tree);
    return out;
}

static bool look(void *arg, const struct draft_line *line)
{
    struct older *o = arg;
    o->found = text_with_mark(line->before, o->mark);
    return !o->found;
}

/* The English from which a stale translation was made; null if nobody knows it any more. */
static void put_older_english(struct json_out *out, struct draft *d, const char *place,
                              const struct tree_node *other)
{
    const char *mark = tree_string(tree_get(other, "from"));
    struct older o = {mark, NULL};
    char *base = place_get(draft_base(d), place);
    if (mark)
        o.found = text_with_mark(base, mark);
    if (mark && !o.found)
        (void)draft_history(d, place, look, &o);
    json_out_text(out, "made_from", o.found);
    free(o.found);
    free(base);
}

static void put_translation(struct json_out *out, struct draft *d, const struct index_text *t,
                            const char *language)
{
    char place[PLACE_MAX], english[PLACE_MAX], file[PLACE_FILE_MAX];
    enum entry_status status = entry_compare(
        tree_string(tree_get(t->node, "text")) ? tree_string(tree_get(t->node, "text")) : "",
        t->other);
    index_translation_file(t, language, file, sizeof file);
    snprintf(place, sizeof place, "%s#%s", file, t->id);
    snprintf(english, sizeof english, "%s#%s", t->file, t->id);
    free(content_entry_out(out, "translation", d, place));
    json_out_text(out, "status", status_names[status]);
    if (status == ENTRY_STALE)
        put_older_english(out, d, english, t->other);
}

/* The entries that a list of ids names. */
static void put_evidence(struct json_out *out, struct draft_index *x, const struct tree_node *ids,
                         const char *name)
{
    char file[32];
    snprintf(file, sizeof file, "%s.json", name);
    json_out_open(out, name, '[');
    for (const struct tree_node *m = tree_first(ids); m; m = tree_next(m)) {
        const char *id = tree_string(m);
        const struct tree_node *e = id ? index_entry(x, file, name, id) : NULL;
        char *json = e ? rules_json(e) : NULL;
        json_out_open(out, NULL, '{');
        json_out_text(out, "id", id);
        json_out_raw(out, "entry", json);
        json_out_close(out, '}');
        free(json);
    }
    json_out_close(out, ']');
}

/* The node whose text it is: its id is that of the text without the last part. */
static void put_node(struct json_out *out, struct draft *d, struct draft_index *x, const char *id)
{
    char node[PLACE_ID_MAX], place[PLACE_MAX];
    const char *dot = strrchr(id, '.');
    if (!dot)
        return;
    snprintf(node, sizeof node, "%.*s", (int)(dot - id), id);
    if (strcmp(dot, ".label") && strcmp(dot, ".title") && strcmp(dot, ".text"))
        return;
    if (!index_entry(x, "menu.json", "nodes", node))
        return;
    snprintf(place, sizeof place, "menu.json#%s", node);
    json_out_text(out, "node_id", node);
    free(content_entry_out(out, "node", d, place));
}

/* How far each language is; an editor of English sees whom a change makes stale. */
static void put_others(struct json_out *out, struct draft *d, struct draft_index *x,
                       const struct index_text *t)
{
    const struct tree_node *list = tree_get(index_file(x, "languages.json"), "languages");
    const char *english = tree_string(tree_get(t->node, "text"));
    json_out_open(out, "others", '{');
    for (const struct tree_node *e = tree_first(list); e; e = tree_next(e)) {
        const char *code = tree_string(tree_get(e, "code"));
        char file[PLACE_FILE_MAX];
        if (!code || !strcmp(code, DRAFT_SOURCE))
            continue;
        const struct index_text plain = {.id = t->id, .file = t->file};
        index_translation_file(&plain, code, file, sizeof file);
        const struct tree_node *other = index_entry(x, file, "texts", t->id);
        json_out_text(out, code, status_names[entry_compare(english ? english : "", other)]);
    }
    json_out_close(out, '}');
    (void)d;
}

static void answer(const struct call *call, struct draft_index *x, const struct index_text *t,
                   const char *language)
{
    struct draft *d = call->console->draft;
    char place[PLACE_MAX];
    struct reply r;
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(d));
    json_out_text(&r.json, "id", t->id);
    snprintf(place, sizeof place, "%s#%s", t->file, t->id);
    free(content_entry_out(&r.json, "english", d, place));
    if (*language)
        put_translation(&r.json, d, t, language);
    put_evidence(&r.json, x, tree_get(t->node, "facts"), "facts");
    put_evidence(&r.json, x, tree_get(t->node, "sources"), "sources");
    put_node(&r.json, d, x, t->id);
    put_others(&r.json, d, x, t);
    reply_send(&r, call->console, call->id, 200);
}

/* place: of the text in any language. */
void api_content_entry(const struct call *call)
{
    const char *place = call_query(call, "place"), *language = call_query(call, "language");
    struct place_parts parts;
    char why[PLACE_WHY_MAX] = "Name the place.";
    if (!place || place_parse(place, &parts, why)) {
        call_fail(call, 400, "bad_field", "place", "%s", why);
        return;
    }
    if (!language || !strcmp(language, DRAFT_SOURCE))
        language = "";
    struct draft_index *x = content_index(call, language);
    const struct index_text *t = x && *parts.language ? index_text(x, parts.id) : NULL;
    if (!x)
        return;
    if (*language && !index_has_language(x, language))
        call_fail(call, 400, "bad_field", "language", "There is no such language.");
    else if (!t)
        call_fail(call, 404, "not_found", NULL, "There is no such text. Look in the tree.");
    else
        answer(call, x, t, language);
    index_free(x);
}
