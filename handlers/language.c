/* SPDX-License-Identifier: Apache-2.0 */
/* The language screen: every language by its own name, and once more in Latin letters for phones
 * that show boxes. form[0] is 1 while the Latin names are shown. */
#include <string.h>

#include "core/handler.h"

static bool latin(const struct view *v)
{
    return v->form_len > 0 && v->form[0] == 1;
}

static void body(const struct scene *s, struct buf *out)
{
    for (unsigned i = 0; i < catalog_language_count(s->catalog); i++) {
        const struct language *l = catalog_language(s->catalog, i);
        handler_option(out, i + 1, latin(s->view) ? l->latin : l->name);
    }
    if (!latin(s->view))
        handler_option(out, 0, handler_say(s, "language.latin"));
}

static enum verdict show_latin(struct turn *t)
{
    t->view->form[0] = 1;
    t->view->form_len = 1;
    return TURN_STAY;
}

static enum verdict choose(struct turn *t, const struct language *l)
{
    struct session *s = t->session;
    strncpy(s->lang, l->code, sizeof s->lang - 1);
    s->latin = latin(t->view);
    const struct node *wanted = catalog_node_by_key(t->scene.catalog, s->pending);
    s->pending = 0;
    return wanted ? handler_go(t, wanted) : TURN_HOME;
}

static enum verdict input(struct turn *t)
{
    if (t->choice == 0 && t->text[1] == '\0' && !latin(t->view))
        return show_latin(t);
    int i = handler_pick(t, catalog_language_count(t->scene.catalog));
    return i < 0 ? TURN_INVALID : choose(t, catalog_language(t->scene.catalog, (size_t)i));
}

extern const struct handler handler_language;
const struct handler handler_language = {
    .type = "language",
    .kind = SCREEN_LIST,
    .transient = true,
    .raw = true,
    .body = body,
    .input = input,
};
