/* SPDX-License-Identifier: Apache-2.0 */
#include "sheets/explore.h"

#include <stdio.h>
#include <string.h>

#include "handlers/table.h"

#define SECRET "a secret for screens that are only looked at"

void explore_init(struct explore *x, const char *content)
{
    *x = (struct explore){.handlers = handlers_all()};
    conf_defaults(&x->conf);
    x->conf.gateway_serve_drafts = true;
    snprintf(x->conf.gateway_content, sizeof x->conf.gateway_content, "%s", content);
}

/* Not the warnings. */
static void print_errors(const struct findings *all)
{
    struct findings *errors = findings_new();
    for (size_t i = 0; i < findings_total(all); i++)
        if (findings_at(all, i)->level == FINDING_ERROR)
            findings_add(errors, findings_at(all, i));
    findings_print(errors, stderr);
    findings_free(errors);
}

int explore_load(struct explore *x)
{
    struct findings *f = findings_new();
    if (setup_layouts(&x->conf, &x->layouts) == 0)
        x->catalog = setup_catalog(&x->conf, &x->layouts, &x->handlers, setup_today(), f);
    if (!x->catalog)
        print_errors(f);
    findings_free(f);
    x->rules = setup_dispatch(&x->conf, &x->handlers).rules;
    x->rules.secret = (struct secret){SECRET, strlen(SECRET)};
    return x->catalog ? 0 : -1;
}

void explore_free(struct explore *x)
{
    catalog_unref(x->catalog);
    x->catalog = NULL;
}

struct walk explore_walk(const struct explore *x, size_t lang, size_t layout)
{
    return (struct walk){.catalog = x->catalog,
                         .rules = &x->rules,
                         .lang = lang,
                         .layout = layout,
                         .fallback = true};
}
