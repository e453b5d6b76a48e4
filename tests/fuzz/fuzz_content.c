/* SPDX-License-Identifier: Apache-2.0 */
/* Content from any hand: the first octet chooses the file of a small content, the rest is its text.
 * Whatever stands there, the load ends in findings or in a catalog whose screens all fit. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/lists.h"

// clang-format off
#define NEEDED(id) "\"" id "\":{\"text\":\"" id "\",\"kind\":\"prompt\"},\n"
static const char english_ui[] = "{\"texts\":{\n"
#include "catalog/needed.def"
    "\"last\":{\"text\":\"-\",\"kind\":\"label\"}}}";
#undef NEEDED
#define NEEDED(id) "\"" id "\":{\"text\":\"" id "\",\"status\":\"draft\"},\n"
static const char lao_ui[] = "{\"texts\":{\n"
#include "catalog/needed.def"
    "\"last\":{\"text\":\"-\",\"status\":\"draft\"}}}";
#undef NEEDED
// clang-format on

static const struct catalog_file valid[] = {
#define FILE_OF(name, text)                                                                        \
    {                                                                                              \
        name, text, sizeof text - 1                                                                \
    }
    FILE_OF("texts/en/all.json",
            "{\"texts\":{\"main.title\":{\"text\":\"Main\",\"kind\":\"label\"},"
            "\"a.label\":{\"text\":\"Visa\",\"kind\":\"label\"},"
            "\"a.text\":{\"text\":\"Ask.\",\"kind\":\"statement\",\"facts\":[\"f\"],"
            "\"review_by\":\"2027-05-29\",\"status\":\"draft\"}}}"),
    FILE_OF("texts/lo/all.json",
            "{\"texts\":{\"main.title\":{\"text\":\"ຫຼັກ\",\"status\":\"draft\"},"
            "\"a.label\":{\"text\":\"ວີຊາ\",\"status\":\"draft\"}}}"),
    FILE_OF("menu.json", "{\"start\":\"main\",\"nodes\":{\"main\":{\"type\":\"menu\",\"children\":"
                         "[\"a\"]},\"a\":{\"type\":\"article\",\"dial\":\"1\"}}}"),
    FILE_OF("keywords.json", "{\"keywords\":{\"a\":{\"en\":[\"VISA\"]}},\"languages\":{}}"),
    FILE_OF("fees.json", "{\"corridors\":[],\"items\":[],\"rules\":[]}"),
    FILE_OF("channels.json", "{\"channels\":[]}"),
    FILE_OF("languages.json",
            "{\"languages\":[{\"code\":\"en\",\"name\":\"English\",\"latin\":\"English\"},"
            "{\"code\":\"lo\",\"name\":\"ລາວ\",\"latin\":\"Lao\",\"countries\":[\"LA\"]}]}"),
    FILE_OF("facts.json", "{\"facts\":{\"f\":{}}}"),
    FILE_OF("sources.json", "{\"sources\":{}}"),
    FILE_OF("centres.json", "{\"centres\":[]}"),
    FILE_OF("texts/en/ui.json", english_ui),
    FILE_OF("texts/lo/ui.json", lao_ui),
#undef FILE_OF
};

enum { FILES = sizeof valid / sizeof valid[0], FUZZED = 7 };

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* The chain of pages from the first octet ends, and each of them fits. */
static void walk(const struct catalog *c, const struct node *n, size_t lang, size_t layout)
{
    const struct screen_limits *limits = &catalog_layout(c, layout)->limits;
    const char *code = catalog_language(c, lang)->code;
    const struct page *p = catalog_page(c, n, lang, layout, 0);
    while (p) {
        must(screen_fits(catalog_words(c), code, p->text, p->len, limits));
        must(p->next > p->start);
        p = catalog_page(c, n, lang, layout, p->next);
    }
}

static void walk_all(const struct catalog *c)
{
    for (size_t i = 0; i < catalog_node_count(c); i++) {
        for (size_t lang = 0; lang < catalog_language_count(c); lang++) {
            walk(c, catalog_node_at(c, i), lang, 0);
            walk(c, catalog_node_at(c, i), lang, 1);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const types[] = {"menu", "article", "fees", "help", NULL};
    static const char *const pages[] = {"menu", "article", NULL};
    static const struct layout layouts[] = {{.limits = {.septets = 182, .units = 80}},
                                            {.limits = {.segments = 3}}};
    struct catalog_options o = {.types = types,
                                .page_types = pages,
                                .layouts = layouts,
                                .layout_count = 2,
                                .keys = {"0", "00", "98", "99", "97"},
                                .today = 20605};
    struct catalog_file files[FILES];
    if (!size)
        return 0;
    memcpy(files, valid, sizeof files);
    struct catalog_file *fuzzed = &files[data[0] % FUZZED];
    fuzzed->text = (const char *)data + 1;
    fuzzed->len = size - 1;
    struct findings *f = findings_new();
    must(f != NULL);
    struct catalog *c = catalog_load_files(files, FILES, &o, f);
    must((c != NULL) == (findings_count(f, FINDING_ERROR) == 0));
    if (c)
        walk_all(c);
    catalog_unref(c);
    findings_free(f);
    return 0;
}
