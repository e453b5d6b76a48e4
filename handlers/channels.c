/* SPDX-License-Identifier: Apache-2.0 */
/* Complaint channels by where the worker is now and where home is, and by kind of problem (the
 * node's arg; empty for all kinds). Each number stands with the year of its source, because nobody
 * promises that it still answers. */
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

static bool may_show(const struct scene *s, const struct contact *c)
{
    return is_kind(c, s->node->arg) && (c->verified || s->show_unverified || c->number[0] == '\0');
}

static void write_contact(const struct scene *s, const struct contact *c, struct buf *out)
{
    const struct wording *name = catalog_wording(s->catalog, c->name, s->lang);
    const char *id = c->number[0] != '\0' ? "channels.call" : "channels.visit";
    const char *const pairs[] = {"name", name->utf8,        "number", c->number,
                                 "year", places_year(s, c), NULL};
    if (out->len > 0)
        buf_putc(out, '\n');
    catalog_format(s->catalog, id, s->lang, pairs, out);
}

/* Whose help a worker can ask for, by the countries of the form; home is "" if it is not known. */
struct worker {
    const char *now, *home;
};

static bool helps_here(const struct scene *s, const struct contact *c, const struct worker *w)
{
    bool is_here = strcmp(c->country, w->now) == 0;
    bool is_ours = strcmp(c->country, w->home) == 0 && is_reached(c, w->now);
    bool is_for = !*c->serves || !*w->home || holds(c->serves, w->home);
    return (is_here || is_ours) && is_for && may_show(s, c);
}

/* Those who speak the worker's language come first, those who speak only others come last. */
enum rank { RANK_SPEAKS, RANK_UNKNOWN, RANK_FOREIGN, RANKS };

static enum rank rank_of(const struct scene *s, const struct contact *c, const struct worker *w)
{
    size_t home = (size_t)catalog_language_of_country(s->catalog, w->home);
    if (!*c->languages)
        return RANK_UNKNOWN;
    return holds(c->languages, catalog_language(s->catalog, s->lang)->code) ||
                   holds(c->languages, catalog_language(s->catalog, home)->code)
               ? RANK_SPEAKS
               : RANK_FOREIGN;
}

/* Who helps here: the channels of this country, and those of home that serve people here. */
static void write_here(const struct scene *s, const struct worker *w, struct buf *out)
{
    for (int rank = 0; rank < RANKS; rank++) {
        for (size_t i = 0; i < lists_channel_count(s->catalog); i++) {
            const struct contact *c = lists_channel(s->catalog, i);
            if (helps_here(s, c, w) && (int)rank_of(s, c, w) == rank)
                write_contact(s, c, out);
        }
    }
    if (out->len == 0)
        buf_puts(out, handler_say(s, "channels.none"));
    else
        places_note(s, "channels.from", w->now, out);
}

/* Who helps the family at home. In an emergency nobody needs a number that cannot be dialled here.
 */
static void write_home(const struct scene *s, const struct worker *w, struct buf *out)
{
    bool any = false;
    if (strcmp(w->now, w->home) == 0 || strcmp(s->node->arg, "emergency") == 0)
        return;
    for (size_t i = 0; i < lists_channel_count(s->catalog); i++) {
        const struct contact *c = lists_channel(s->catalog, i);
        if (strcmp(c->country, w->home) != 0 || is_reached(c, w->now) || !may_show(s, c))
            continue;
        if (!any)
            places_note(s, "channels.family", w->home, out);
        any = true;
        write_contact(s, c, out);
    }
}

/* The form: [NOW] where the worker is, [HOME] where home is, as places. */
enum { NOW, HOME };

/* Who is hurt or in danger is not asked one thing more. */
static bool is_urgent(const char *kind)
{
    return strcmp(kind, "emergency") == 0 || strcmp(kind, "injury") == 0 ||
           strcmp(kind, "violence") == 0;
}

static void body(const struct scene *s, struct buf *out)
{
    const char *now = places_entry(s->view, NOW), *home = places_entry(s->view, HOME);
    if (!now) {
        places_ask(s, "channels.where", out);
    } else if (!home && !is_urgent(s->node->arg)) {
        places_ask(s, "channels.home", out);
    } else {
        const struct worker w = {.now = now, .home = home ? home : ""};
        write_here(s, &w, out);
        write_home(s, &w, out);
    }
}

/* The country of home is asked once, then remembered; one step back asks again. */
static enum verdict input(struct turn *t)
{
    struct session *s = t->session;
    enum verdict verdict = places_input(t, is_urgent(t->scene.node->arg) ? HOME : HOME + 1);
    if (verdict != TURN_STAY)
        return verdict;
    if (t->view->form_len > HOME) {
        memcpy(s->home, places_entry(t->view, HOME), sizeof s->home);
        return verdict;
    }
    int home = places_find(s->home);
    if (home >= 0)
        t->view->form[t->view->form_len++] = home;
    return verdict;
}

extern const struct handler handler_channels;
const struct handler handler_channels = {
    .type = "channels",
    .kind = SCREEN_LIST,
    .form_steps = true,
    .body = body,
    .input = input,
};
