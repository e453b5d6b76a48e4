/* SPDX-License-Identifier: Apache-2.0 */
#include "setup/setup.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum { DAY_MS = 24 * 3600 * 1000 };

static struct screen_limits ussd_limits(const struct conf_carrier *c)
{
    return (struct screen_limits){.septets = (size_t)c->ussd_septets,
                                  .units = (size_t)c->ussd_units,
                                  .lines = (unsigned)c->ussd_lines};
}

static struct screen_limits sms_limits(const struct conf_carrier *c)
{
    return (struct screen_limits){.segments = (unsigned)c->sms_segments};
}

static bool same(const struct screen_limits *a, const struct screen_limits *b)
{
    return a->septets == b->septets && a->units == b->units && a->segments == b->segments &&
           a->lines == b->lines;
}

/* The place of a layout in the list, or its length. */
static size_t find(const struct setup_layouts *l, struct screen_limits limits)
{
    size_t i = 0;
    while (i < l->count && !same(&l->list[i].limits, &limits))
        i++;
    return i;
}

static int add(struct setup_layouts *l, struct screen_limits limits)
{
    size_t i = find(l, limits);
    if (i < l->count)
        return 0;
    if (i == CATALOG_LAYOUTS_MAX)
        return -1;
    l->list[l->count++].limits = limits;
    return 0;
}

static int add_carrier(struct setup_layouts *l, const struct conf_carrier *c)
{
    return add(l, ussd_limits(c)) < 0 || add(l, sms_limits(c)) < 0 ? -1 : 0;
}

int setup_layouts(const struct conf *c, struct setup_layouts *out)
{
    out->count = 0;
    int failed = add_carrier(out, &c->defaults);
    for (size_t i = 0; i < c->carrier_count; i++)
        failed |= add_carrier(out, &c->carriers[i]);
    return failed ? -1 : 0;
}

void setup_carrier(const struct conf *c, const struct setup_layouts *l, const char *bridge,
                   struct carrier_rules *out)
{
    const struct conf_carrier *carrier = conf_carrier(c, bridge);
    *out = (struct carrier_rules){.ussd_layout = find(l, ussd_limits(carrier)),
                                  .sms_layout = find(l, sms_limits(carrier)),
                                  .sms_from = carrier->sms_from,
                                  .service_codes = carrier->service_codes};
}

static struct keys keys_of(const struct conf *c)
{
    return (struct keys){.back = c->keys_back,
                         .home = c->keys_home,
                         .more = c->keys_more,
                         .exit = c->keys_exit,
                         .sms = c->keys_sms};
}

int32_t setup_today(void)
{
    struct clock clock = clock_system();
    return clock_day(clock_now(&clock));
}

void setup_catalog_options(const struct conf *c, const struct setup_layouts *l,
                           const struct handler_table *handlers, struct setup_types *types,
                           struct catalog_options *out)
{
    size_t n = 0, pages = 0;
    for (; handlers->list[n] && n < SETUP_TYPES_MAX; n++) {
        types->all[n] = handlers->list[n]->type;
        if (handlers->list[n]->compiled)
            types->pages[pages++] = types->all[n];
    }
    types->all[n] = types->pages[pages] = NULL;
    *out = (struct catalog_options){.types = types->all,
                                    .page_types = types->pages,
                                    .layouts = l->list,
                                    .layout_count = l->count,
                                    .keys = keys_of(c),
                                    .hide_drafts = !c->gateway_serve_drafts};
}

struct catalog *setup_catalog(const struct conf *c, const struct setup_layouts *l,
                              const struct handler_table *handlers, int32_t today,
                              struct findings *findings)
{
    struct setup_types types;
    struct catalog_options o;
    setup_catalog_options(c, l, handlers, &types, &o);
    o.today = today;
    return catalog_load(c->gateway_content, &o, findings);
}

struct catalog *setup_bundle(const struct setup_load *l, const struct content_bundle *b,
                             struct findings *findings)
{
    struct setup_types types;
    struct catalog_options o;
    struct catalog_file *files = calloc(b->count, sizeof *files);
    setup_catalog_options(l->conf, l->layouts, l->handlers, &types, &o);
    o.today = l->today;
    for (size_t i = 0; files && i < b->count; i++)
        files[i] = (struct catalog_file){b->files[i].name, b->files[i].text, b->files[i].len};
    struct catalog *c = files ? catalog_load_files(files, b->count, &o, findings) : NULL;
    free(files);
    return c;
}

int setup_zawgyi(const struct conf *c, struct zawgyi **out, char err[ZAWGYI_ERROR_MAX])
{
    *out = NULL;
    if (c->gateway_zawgyi_model[0] == '\0')
        return 0;
    *out = zawgyi_open(c->gateway_zawgyi_model, err);
    return *out ? 0 : -1;
}

struct dispatch_options setup_dispatch(const struct conf *c, const struct handler_table *handlers)
{
    return (struct dispatch_options){
        .rules = {.handlers = handlers,
                  .keys = keys_of(c),
                  .ussd_ms = c->session_ussd_s * 1000,
                  .sms_ms = c->session_sms_s * 1000,
                  .resume_ms = c->session_resume_s * 1000,
                  .loop_repeats = (unsigned)c->limit_loop_repeats,
                  .requests_per_day = (unsigned)c->limit_requests_per_day,
                  .show_unverified = c->gateway_show_unverified},
        .max_inflight = (size_t)c->gateway_max_inflight,
        .max_wait_ms = c->gateway_max_wait_ms,
        .recent_sessions = (size_t)c->gateway_recent_sessions,
        .steps_per_minute = (unsigned)c->limit_steps_per_minute,
        .request_steps_per_minute = (unsigned)c->limit_request_steps_per_minute,
        .remember_ms = c->session_remember_days * DAY_MS};
}
