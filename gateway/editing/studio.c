/* SPDX-License-Identifier: Apache-2.0 */
#include "editing/studio.h"

#include <limits.h>
#include <string.h>

/* Case numbers of screens that are only looked at. */
static const char secret[] = "screens that are only looked at have no secret to keep";

int studio_init(struct studio *s, const struct conf *conf, const struct handler_table *handlers)
{
    *s = (struct studio){.conf = conf};
    if (setup_layouts(conf, &s->layouts) < 0)
        return -1;
    setup_catalog_options(conf, &s->layouts, handlers, &s->types, &s->options);
    s->rules = setup_dispatch(conf, handlers).rules;
    s->rules.secret = (struct secret){secret, sizeof secret - 1};
    return 0;
}

struct catalog *studio_load(const struct studio *s, const struct files *f,
                            const struct studio_wish *w, struct findings *findings)
{
    struct catalog_options o = s->options;
    size_t count;
    const struct catalog_file *list = files_list(f, &count);
    o.today = w->today;
    o.hide_drafts = !w->drafts;
    o.keep_faulty = w->faulty;
    o.like = w->like;
    return catalog_load_files(list, count, &o, findings);
}

const struct handler *studio_handler(const struct studio *s, const struct node *n)
{
    return n->type == UINT_MAX ? NULL : handler_of(s->rules.handlers, n);
}

const struct node *studio_node(const struct studio *s, const struct catalog *c, const char *type)
{
    for (unsigned i = 0; s->options.types[i]; i++) {
        if (!strcmp(s->options.types[i], type))
            return catalog_node_by_type(c, i, NULL);
    }
    return NULL;
}
