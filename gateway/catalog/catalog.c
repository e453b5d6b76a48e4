/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/catalog.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/internal.h"

struct catalog *catalog_ref(struct catalog *c)
{
    c->refs++;
    return c;
}

void catalog_unref(struct catalog *c)
{
    if (!c || --c->refs)
        return;
    map_free(c->texts_by_id);
    map_free(c->nodes_by_id);
    map_free(c->nodes_by_dial);
    map_free(c->keywords);
    words_close(c->words);
    raw_free(&c->raw);
    arena_free(c->arena);
    free(c);
}

bool catalog_is_whole(const struct catalog *c)
{
    return c->whole;
}

const char *catalog_version(const struct catalog *c)
{
    return c->version;
}

uint64_t catalog_version_number(const struct catalog *c)
{
    return c->version_number;
}

const struct language *catalog_language(const struct catalog *c, size_t i)
{
    return i < c->drawn_count ? &c->languages[i] : NULL;
}

size_t catalog_drawn_count(const struct catalog *c)
{
    return c->drawn_count;
}

size_t catalog_latin(const struct catalog *c, size_t lang)
{
    bool has = lang < c->language_count && c->languages[lang].unmarked != lang;
    return has ? c->languages[lang].unmarked : c->source;
}

size_t catalog_language_count(const struct catalog *c)
{
    return c->language_count;
}

int catalog_find_language(const struct catalog *c, const char *code)
{
    for (size_t i = 0; i < c->language_count; i++) {
        const char *one = c->languages[i].code;
        if (one[0] == code[0] && strcmp(one, code) == 0)
            return (int)i;
    }
    return -1;
}

int catalog_language_of_country(const struct catalog *c, const char *iso)
{
    for (size_t i = 0; i < c->language_count; i++) {
        for (const char *const *one = c->languages[i].countries; *one; one++) {
            if (!strcmp(*one, iso))
                return (int)i;
        }
    }
    return (int)c->source;
}

size_t catalog_source_language(const struct catalog *c)
{
    return c->source;
}

const struct node *catalog_start(const struct catalog *c)
{
    return c->start;
}

const struct node *catalog_node(const struct catalog *c, const char *id)
{
    return map_get(c->nodes_by_id, id);
}

static int compare_key(const void *key, const void *entry)
{
    uint32_t wanted = *(const uint32_t *)key;
    const struct node *n = *(const struct node *const *)entry;
    return (wanted > n->key) - (wanted < n->key);
}

const struct node *catalog_node_by_key(const struct catalog *c, uint32_t key)
{
    const struct node *const *found =
        bsearch(&key, c->by_key, c->node_count, sizeof *c->by_key, compare_key);
    return found ? *found : NULL;
}

const struct node *catalog_node_by_dial(const struct catalog *c, const char *digits)
{
    return map_get(c->nodes_by_dial, digits);
}

const struct node *catalog_node_by_type(const struct catalog *c, unsigned type, const char *arg)
{
    for (size_t i = 0; i < c->node_count; i++) {
        const struct node *n = &c->nodes[i];
        if (n->type == type && (!arg || !strcmp(n->arg, arg)))
            return n;
    }
    return NULL;
}

size_t catalog_node_count(const struct catalog *c)
{
    return c->node_count;
}

const struct node *catalog_node_at(const struct catalog *c, size_t i)
{
    return i < c->node_count ? &c->nodes[i] : NULL;
}

bool catalog_keyword(const struct catalog *c, const char *folded, struct keyword *out)
{
    const struct keyword *k = map_get(c->keywords, folded);
    if (k)
        *out = *k;
    return k != NULL;
}

const struct text *catalog_text(const struct catalog *c, const char *id)
{
    return map_get(c->texts_by_id, id);
}

size_t catalog_text_count(const struct catalog *c)
{
    return c->text_count;
}

const struct text *catalog_text_at(const struct catalog *c, size_t i)
{
    return i < c->text_count ? &c->texts[i] : NULL;
}

const struct wording *catalog_wording(const struct catalog *c, const struct text *t, size_t lang)
{
    bool has = lang < c->drawn_count && t->in[lang].utf8;
    return &t->in[has ? lang : c->source];
}

const char *catalog_say(const struct catalog *c, const char *id, size_t lang)
{
    const struct text *t = catalog_text(c, id);
    return t ? catalog_wording(c, t, lang)->utf8 : "";
}

struct words *catalog_words(const struct catalog *c)
{
    return c->words;
}

const struct layout *catalog_layout(const struct catalog *c, size_t i)
{
    return i < c->layout_count ? &c->layouts[i] : NULL;
}

static void count_texts(const struct catalog *c, struct catalog_counts *out)
{
    for (size_t i = 0; i < c->text_count; i++) {
        const struct text *t = &c->texts[i];
        out->overdue += t->review_by < c->today;
        for (size_t j = 0; j < c->language_count; j++) {
            out->wordings += t->in[j].utf8 != NULL;
            out->reviewed += t->in[j].reviewed;
        }
    }
}

void catalog_count(const struct catalog *c, struct catalog_counts *out)
{
    *out = (struct catalog_counts){.nodes = c->node_count, .texts = c->text_count};
    count_texts(c, out);
    out->drafts = out->wordings - out->reviewed;
    for (size_t i = 0; i < c->node_count * c->drawn_count * c->layout_count; i++)
        out->pages += c->screens[i].count;
}
