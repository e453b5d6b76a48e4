/* SPDX-License-Identifier: Apache-2.0 */
/* {"id": text, "typing": bool}: I have it open. Answers who else has, and the marks that its
 * entries have now, so that a browser sees what a colleague saved. */
#include <stdlib.h>

#include "console/api_content.h"
#include "console/draft_presence.h"
#include "console/endpoints.h"
#include "console/people.h"

struct telling {
    const struct call *call;
    struct json_out *out;
};

static void out_person(void *arg, int64_t person, bool typing)
{
    const struct telling *t = arg;
    char name[PERSON_NAME_SIZE];
    if (people_name(t->call->console, person, name, sizeof name))
        return;
    json_out_open(t->out, NULL, '{');
    json_out_text(t->out, "name", name);
    json_out_bool(t->out, "typing", typing);
    json_out_close(t->out, '}');
}

static void out_mark(struct json_out *out, struct draft *d, const char *place)
{
    char mark[PLACE_MARK_SIZE];
    char *json = place_get(draft_files(d), place);
    place_mark(json, mark);
    free(json);
    json_out_text(out, place, mark);
}

static void answer(const struct call *call, const char *id)
{
    struct draft *d = call->console->draft;
    struct reply r;
    const struct telling t = {call, &r.json};
    reply_begin(&r);
    json_out_int(&r.json, "step", draft_version(d));
    json_out_open(&r.json, "others", '[');
    if (*id)
        presence_list(draft_present(d), id, call->person->id, console_now(call->console),
                      out_person, (void *)&t);
    json_out_close(&r.json, ']');
    json_out_open(&r.json, "marks", '{');
    const struct tree_node *places = tree_get(call->in, "places");
    size_t left = 8;
    for (const struct tree_node *n = tree_first(places); n && left--; n = tree_next(n)) {
        if (tree_string(n))
            out_mark(&r.json, d, tree_string(n));
    }
    json_out_close(&r.json, '}');
    reply_send(&r, call->console, call->id, 200);
}

void api_content_presence(const struct call *call)
{
    const char *id = call_text_or_empty(call, "id", PRESENCE_ID_MAX - 1);
    if (!id)
        return;
    presence_set(draft_present(call->console->draft), call->person->id, id,
                 tree_true(tree_get(call->in, "typing")), console_now(call->console));
    answer(call, id);
}
