/* SPDX-License-Identifier: Apache-2.0 */
/* The lists of the content as they are: fee rules, channels, centres, keywords, nodes with their
 * dial codes, sources, facts, English texts. They are changed by /api/content/edit like all else.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/api_content.h"
#include "console/draft_forms.h"
#include "console/endpoints.h"

struct listing {
    struct json_out *out;
    struct files *base;
};

static int out_entry(void *arg, const char *place, const char *json, size_t len)
{
    const struct listing *l = arg;
    struct place_parts parts;
    char mark[PLACE_MARK_SIZE], why[PLACE_WHY_MAX];
    char *text = strndup(json, len);
    if (!text || place_parse(place, &parts, why)) {
        free(text);
        return 0;
    }
    place_mark(text, mark);
    json_out_open(l->out, NULL, '{');
    json_out_text(l->out, "place", place);
    json_out_text(l->out, "section", parts.section);
    json_out_text(l->out, "id", parts.id);
    json_out_text(l->out, "mark", mark);
    json_out_raw(l->out, "entry", text);
    json_out_close(l->out, '}');
    free(text);
    return 0;
}

/* file: one of the content's, such as "fees.json" or "texts/en/fees.json". */
void api_lists_entries(const struct call *call)
{
    struct draft *d = call->console->draft;
    const char *file = call_query(call, "file");
    const struct catalog_file *f = file ? files_find(draft_files(d), file) : NULL;
    struct reply r;
    struct listing l = {&r.json, draft_base(d)};
    if (!f) {
        call_fail(call, 404, "not_found", NULL, "The content has no such file.");
        return;
    }
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(d));
    json_out_text(&r.json, "file", f->name);
    json_out_open(&r.json, "entries", '[');
    (void)place_list(draft_files(d), f->name, out_entry, &l);
    json_out_close(&r.json, ']');
    reply_send(&r, call->console, call->id, 200);
}

/* The words that members with a choice may have. */
void api_lists_choices(const struct call *call)
{
    struct reply r;
    reply_begin(&r);
    forms_choices(&r.json);
    reply_send(&r, call->console, call->id, 200);
}
