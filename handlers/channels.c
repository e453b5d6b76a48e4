/* SPDX-License-Identifier: Apache-2.0 */
/* Complaint channels by country and kind of problem (the node's arg; empty for all kinds). Each
 * number stands with the year of its source, because nobody promises that it still answers. */
#include <string.h>

#include "catalog/lists.h"
#include "handlers/places.h"

static bool is_kind(const struct contact *c, const char *kind)
{
    if (kind[0] == '\0')
        return true;
    for (const char *const *k = c->kinds; *k; k++)
        if (strcmp(*k, kind) == 0)
            return true;
    return false;
}

static bool may_show(const struct scene *s, const struct contact *c, const char *country)
{
    return strcmp(c->country, country) == 0 && is_kind(c, s->node->arg) &&
           (c->verified || s->show_unverified || c->number[0] == '\0');
}

static void write_contact(const struct scene *s, const struct contact *c, struct buf *out)
{
    const struct wording *name = catalog_wording(s->catalog, c->name, s->lang);
    const char *id = c->number[0] != '\0' ? "channels.call" : "channels.visit";
    const char *const pairs[] = {"name", name->utf8, "number", c->number, "year", places_year(s, c), NULL};
    if (out->len > 0)
        buf_putc(out, '\n');
    catalog_format(s->catalog, id, s->lang, pairs, out);
}

static void write_country(const struct scene *s, const char *country, struct buf *out)
{
    const char *const pairs[] = {"country", places_name(s, country), NULL};
    for (size_t i = 0; i < lists_channel_count(s->catalog); i++)
        if (may_show(s, lists_channel(s->catalog, i), country))
            write_contact(s, lists_channel(s->catalog, i), out);
    if (out->len == 0) {
        buf_puts(out, handler_say(s, "channels.none"));
        return;
    }
    buf_putc(out, '\n');
    catalog_format(s->catalog, "channels.from", s->lang, pairs, out);
}

static void body(const struct scene *s, struct buf *out)
{
    const char *country = places_chosen(s->view);
    if (country)
        write_country(s, country, out);
    else
        places_ask(s, "channels.where", out);
}

extern const struct handler handler_channels;
const struct handler handler_channels = {
    .type = "channels",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .body = body,
    .input = places_input,
};
