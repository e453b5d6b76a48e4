/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/sections.h"

#include <stdio.h>
#include <string.h>

static const struct section sections[] = {
    {"texts/", "texts", NULL, JSON_OBJECT, SECTION_LINES},
    {"menu.json", "nodes", NULL, JSON_OBJECT, SECTION_LINES},
    {"fees.json", "rules", "id", JSON_OBJECT, SECTION_BLOCKS},
    {"fees.json", "corridors", "id", JSON_OBJECT, SECTION_LINES},
    {"fees.json", "items", "id", JSON_OBJECT, SECTION_LINES},
    {"channels.json", "channels", "id", JSON_OBJECT, SECTION_BLOCKS},
    {"centres.json", "centres", "id", JSON_OBJECT, SECTION_BLOCKS},
    {"keywords.json", "keywords", NULL, JSON_OBJECT, SECTION_SEVERAL},
    {"keywords.json", "languages", NULL, JSON_ARRAY, SECTION_LINES},
    {"sources.json", "sources", NULL, JSON_OBJECT, SECTION_BLOCKS},
    {"facts.json", "facts", NULL, JSON_OBJECT, SECTION_BLOCKS},
    {"languages.json", "languages", "code", JSON_OBJECT, SECTION_LINES},
    {"glossary.json", "terms", NULL, JSON_OBJECT, SECTION_LINES},
    {"glossary.json", "currencies", NULL, JSON_OBJECT, SECTION_LINES},
    {"glossary.json", "cautions", NULL, JSON_OBJECT, SECTION_LINES},
};

enum { SECTIONS = sizeof sections / sizeof sections[0] };

int section_language(const char *file, char language[8])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    static const char name[] = "abcdefghijklmnopqrstuvwxyz0123456789-_";
    if (strncmp(file, "texts/", 6))
        return -1;
    size_t code = strspn(file + 6, letters);
    if (code < 2 || code > 3 || file[6 + code] != '/')
        return -1;
    const char *rest = file + 6 + code + 1;
    size_t n = strspn(rest, name);
    if (n == 0 || strcmp(rest + n, ".json"))
        return -1;
    snprintf(language, 8, "%.*s", (int)code, file + 6);
    return 0;
}

const struct section *section_next(const char *file, const struct section *after)
{
    char language[8];
    size_t i = after ? (size_t)(after - sections) + 1 : 0;
    const char *name = section_language(file, language) == 0 ? "texts/" : file;
    for (; i < SECTIONS; i++) {
        if (!strcmp(sections[i].file, name) && strcmp(file, "texts/"))
            return &sections[i];
    }
    return NULL;
}
