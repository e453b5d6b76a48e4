/* SPDX-License-Identifier: Apache-2.0 */
/* What an editor's browser may send, from any hand: the first octet chooses the place, the rest is
 * {"value": …}. What the forms take is an entry that can be read back, stays what it is when it is
 * sent again, and never calls itself reviewed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/draft_forms.h"
#include "console/draft_index.h"
#include "console/draft_rules.h"
#include "editing/place.h"

#define FILE_OF(name, text)                                                                        \
    {                                                                                              \
        name, text, sizeof text - 1                                                                \
    }

static const struct catalog_file content[] = {
    FILE_OF("languages.json", "{\"languages\":[{\"code\":\"en\"},{\"code\":\"lo\"}]}"),
    FILE_OF("menu.json",
            "{\"start\":\"main\",\"nodes\":{\"main\":{\"type\":\"menu\",\"children\":[\"a\"]},"
            "\"a\":{\"type\":\"article\",\"dial\":\"11\"}}}"),
    FILE_OF("keywords.json",
            "{\"keywords\":{\"a\":{\"en\":[\"GO\"]}},\"languages\":{\"lo\":[\"LAO\"]}}"),
    FILE_OF("facts.json", "{\"facts\":{\"f\":{\"claim\":\"c\"}}}"),
    FILE_OF("sources.json",
            "{\"sources\":{\"s\":{\"title\":\"t\",\"publisher\":\"p\",\"url\":null,"
            "\"date\":null,\"as_of\":null,\"confidence\":\"low\",\"says\":\"x\"}}}"),
    FILE_OF("fees.json",
            "{\"corridors\":[{\"id\":\"c\",\"from\":\"LA\",\"to\":\"LA\"}],\"items\":[{\"id\":"
            "\"i\"},{\"id\":\"j\"}],\"rules\":[{\"id\":\"r\",\"corridor\":\"c\",\"item\":\"i\","
            "\"verdict\":\"ceiling\",\"amount\":1,\"currency\":\"LAK\",\"text\":\"t.text\","
            "\"facts\":[\"f\"],\"sources\":[],\"source_name\":\"t.label\",\"date\":\"2026\","
            "\"confidence\":\"low\"}]}"),
    FILE_OF("channels.json", "{\"channels\":[]}"),
    FILE_OF("centres.json", "{\"centres\":[]}"),
    FILE_OF("texts/en/a.json", "{\"texts\":{\"t.text\":{\"text\":\"T\",\"kind\":\"statement\","
                               "\"facts\":[\"f\"],\"sources\":[],"
                               "\"review_by\":\"2027-01-01\",\"status\":\"draft\"},\"t.label\":{"
                               "\"text\":\"L\",\"kind\":\"label\"},"
                               "\"country.LA\":{\"text\":\"Lao\",\"kind\":\"label\"},\"currency."
                               "LAK\":{\"text\":\"kip\",\"kind\":"
                               "\"label\"}}}"),
    FILE_OF("texts/lo/a.json",
            "{\"texts\":{\"t.text\":{\"text\":\"O\",\"status\":\"draft\",\"from\":\"0\"}}}"),
};

static const char *const places[] = {"texts/en/a.json#t.text",
                                     "texts/en/a.json#new.label",
                                     "texts/lo/a.json#t.text",
                                     "texts/lo/a.json#t.label",
                                     "fees.json#r",
                                     "fees.json#new",
                                     "channels.json#x",
                                     "centres.json#x",
                                     "sources.json#s",
                                     "sources.json#new",
                                     "menu.json#a",
                                     "menu.json#new",
                                     "keywords.json#a",
                                     "keywords.json#languages/lo"};

enum { PLACES = sizeof places / sizeof *places, FILES = sizeof content / sizeof *content };

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* The entry as it will be kept; NULL if the value has no such form. */
static char *compose(struct draft_index *x, const struct place_parts *at,
                     const struct tree_node *value)
{
    if (!*at->language)
        return rules_json(value);
    bool english = !strcmp(at->language, DRAFT_SOURCE);
    return rules_text(index_entry(x, at->file, "texts", at->id), value, english ? NULL : "T");
}

/* Nobody of the content is a reader, so nothing that is kept may say that one has read it. */
static void must_be_draft(struct draft_index *x, const struct place_parts *at)
{
    const struct tree_node *e = index_entry(x, at->file, "texts", at->id);
    const char *status = tree_string(tree_get(e, "status"));
    must(!status || !strcmp(status, "draft"));
    must(!tree_get(e, "reviewer"));
}

/* What is taken stays what it is when it comes again. */
static void send_again(struct files *f, const struct place_parts *at, const char *place,
                       const struct tree_node *value)
{
    char why[PLACE_WHY_MAX];
    struct draft_index *x = index_new(f, "");
    must(x != NULL);
    must_be_draft(x, at);
    char *json = compose(x, at, value);
    must(json != NULL);
    struct files *g = place_set(f, place, json, why);
    must(g != NULL);
    char *one = place_get(f, place), *two = place_get(g, place);
    must(one && two && !strcmp(one, two));
    free(one);
    free(two);
    free(json);
    files_unref(g);
    index_free(x);
}

static void offer(struct files *f, const char *place, const struct tree_node *value)
{
    struct place_parts at;
    struct form_fault fault = {"", ""};
    char why[PLACE_WHY_MAX];
    must(!place_parse(place, &at, why));
    struct draft_index *x = index_new(f, "");
    char *json = compose(x, &at, value);
    struct files *next = json ? place_set(f, place, json, why) : NULL;
    index_free(x);
    free(json);
    if (!next)
        return;
    x = index_new(next, "lo");
    const struct form_entry e = {&at, index_entry(x, at.file, at.section, at.id), false, 20000};
    if (!forms_check(x, &e, &fault))
        send_again(next, &at, place, value);
    else
        must(*fault.message);
    index_free(x);
    files_unref(next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct files *f; /* the same for all inputs */
    struct json_error err;
    if (!f)
        f = files_new(content, FILES);
    struct tree *t = size ? tree_parse((const char *)data + 1, size - 1, &err) : NULL;
    const struct tree_node *value = t ? tree_get(tree_root(t), "value") : NULL;
    if (value)
        offer(f, places[data[0] % PLACES], value);
    tree_free(t);
    return 0;
}
