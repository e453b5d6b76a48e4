/* SPDX-License-Identifier: Apache-2.0 */
#include "handlers/contacts.h"

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

/* Can it be dialled, or visited, from that country? */
static bool is_reached(const struct contact *c, const char *country)
{
    return strstr(c->dial_from, country) != NULL;
}

static bool holds(const char *const *list, const char *code)
{
    while (*list && strcmp(*list, code) != 0)
        list++;
    return *list != NULL;
}

static bool may_show(const struct scene *s, const struct contact *c, const char *kind)
{
    return is_kind(c, kind) && (c->verified || s->show_unverified || c->number[0] == '\0');
}

static void write_contact(const struct scene *s, const struct contact *c, struct buf *out)
{
    const char *name = handler_wording(s, c->name);
    const char *id = c->number[0] != '\0' ? "channels.call" : "channels.visit";
    const char *const pairs[] = {"name", name, "number", c->number, "year", places_year(s, c),
                                 NULL};
    size_t before = out->len;
    if (out->len > 0)
        buf_putc(out, '\n');
    handler_format(s, id, pairs, out);
    if (c->number[0] != '\0' && !c->verified)
        handler_note_unverified(s, c->number, out, before);
}

static bool helps_here(const struct scene *s, const struct contact *c,
                       const struct contacts_query *q)
{
    bool is_here = strcmp(c->country, q->now) == 0;
    bool is_ours = strcmp(c->country, q->home) == 0 && is_reached(c, q->now);
    bool is_for = !*c->serves || !*q->home || holds(c->serves, q->home);
    return (is_here || is_ours) && is_for && may_show(s, c, q->kind);
}

/* Those who speak the worker's language come first, those who speak only others come last. */
enum rank { RANK_SPEAKS, RANK_UNKNOWN, RANK_FOREIGN, RANKS };

static enum rank rank_of(const struct scene *s, const struct contact *c,
                         const struct contacts_query *q)
{
    size_t home = (size_t)catalog_language_of_country(s->catalog, q->home);
    if (!*c->languages)
        return RANK_UNKNOWN;
    return holds(c->languages, catalog_language(s->catalog, s->lang)->code) ||
                   holds(c->languages, catalog_language(s->catalog, home)->code)
               ? RANK_SPEAKS
               : RANK_FOREIGN;
}

void contacts_write_here(const struct scene *s, const struct contacts_query *q, struct buf *out)
{
    size_t before = out->len;
    for (int rank = 0; rank < RANKS; rank++) {
        for (size_t i = 0; i < lists_channel_count(s->catalog); i++) {
            const struct contact *c = lists_channel(s->catalog, i);
            if (helps_here(s, c, q) && (int)rank_of(s, c, q) == rank)
                write_contact(s, c, out);
        }
    }
    if (out->len > before) {
        places_note(s, "channels.from", q->now, out);
        return;
    }
    if (before > 0)
        buf_putc(out, '\n');
    buf_puts(out, handler_say(s, "channels.none"));
}

void contacts_write_home(const struct scene *s, const struct contacts_query *q, struct buf *out)
{
    bool any = false;
    if (strcmp(q->now, q->home) == 0 || strcmp(q->kind, "emergency") == 0)
        return;
    for (size_t i = 0; i < lists_channel_count(s->catalog); i++) {
        const struct contact *c = lists_channel(s->catalog, i);
        if (strcmp(c->country, q->home) != 0 || is_reached(c, q->now) || !may_show(s, c, q->kind))
            continue;
        if (!any)
            places_note(s, "channels.family", q->home, out);
        any = true;
        write_contact(s, c, out);
    }
}
