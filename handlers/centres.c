/* SPDX-License-Identifier: Apache-2.0 */
/* Migration Resource Centres of the country where the worker is, and of home. */
#include <string.h>

#include "catalog/lists.h"
#include "handlers/places.h"

static void write_centre(const struct scene *s, const struct contact *c, struct buf *out)
{
    const char *name = handler_wording(s, c->name);
    bool call = c->number[0] != '\0' && (c->verified || s->show_unverified);
    const char *const pairs[] = {"name", name, "number", c->number, "year", places_year(s, c),
                                 NULL};
    size_t before = out->len;
    if (out->len > 0)
        buf_putc(out, '\n');
    handler_format(s, call ? "channels.call" : "centres.line", pairs, out);
    if (call && !c->verified)
        handler_note_unverified(s, c->number, out, before);
}

/* All centres of a country; whether there are any. */
static bool write_country(const struct scene *s, const char *country, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < lists_centre_count(s->catalog); i++) {
        if (strcmp(lists_centre(s->catalog, i)->country, country) != 0)
            continue;
        any = true;
        write_centre(s, lists_centre(s->catalog, i), out);
    }
    return any;
}

/* The form: [NOW] where the worker is, [HOME] where home is, if that is known and another country.
 */
enum { NOW, HOME };

static void body(const struct scene *s, struct buf *out)
{
    const char *now = places_entry(s->view, NOW), *home = places_entry(s->view, HOME);
    if (!now) {
        places_ask(s, "centres.where", out);
        return;
    }
    if (!write_country(s, now, out))
        buf_puts(out, handler_say(s, "centres.none"));
    if (!home)
        return;
    places_note(s, "channels.family", home, out);
    if (!write_country(s, home, out)) {
        buf_putc(out, '\n');
        buf_puts(out, handler_say(s, "centres.none"));
    }
}

static enum verdict input(struct turn *t)
{
    enum verdict verdict = places_input(t, HOME);
    int home = places_find(t->session->home);
    if (verdict == TURN_STAY && home >= 0 && home != t->view->form[NOW])
        t->view->form[t->view->form_len++] = home;
    return verdict;
}

extern const struct handler handler_centres;
const struct handler handler_centres = {
    .type = "centres",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .body = body,
    .input = input,
};
