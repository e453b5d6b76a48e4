/* SPDX-License-Identifier: Apache-2.0 */
/* Migration Resource Centres by country. */
#include <string.h>

#include "catalog/lists.h"
#include "handlers/places.h"

static void write_centre(const struct scene *s, const struct contact *c, struct buf *out)
{
    const struct wording *name = catalog_wording(s->catalog, c->name, s->lang);
    bool call = c->number[0] != '\0' && (c->verified || s->show_unverified);
    const char *const pairs[] = {"name", name->utf8, "number", c->number, "year", places_year(s, c), NULL};
    if (out->len > 0)
        buf_putc(out, '\n');
    catalog_format(s->catalog, call ? "channels.call" : "centres.line", s->lang, pairs, out);
}

static void body(const struct scene *s, struct buf *out)
{
    const char *country = places_chosen(s->view);
    if (!country) {
        places_ask(s, "centres.where", out);
        return;
    }
    for (size_t i = 0; i < lists_centre_count(s->catalog); i++)
        if (strcmp(lists_centre(s->catalog, i)->country, country) == 0)
            write_centre(s, lists_centre(s->catalog, i), out);
    if (out->len == 0)
        buf_puts(out, handler_say(s, "centres.none"));
}

extern const struct handler handler_centres;
const struct handler handler_centres = {
    .type = "centres",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .body = body,
    .input = places_input,
};
