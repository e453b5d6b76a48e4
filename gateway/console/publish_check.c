/* SPDX-License-Identifier: Apache-2.0 */
#include "console/publish_check.h"

#include <stdlib.h>
#include <string.h>

#include "console/publish_bundle.h"
#include "console/workbench.h"
#include "setup/setup.h"

static struct catalog *compile(struct publish_check *k)
{
    struct setup_layouts layouts;
    struct setup_types types;
    struct catalog_options o;
    size_t count;
    const struct catalog_file *list = files_list(k->files, &count);
    if (setup_layouts(k->conf, &layouts) < 0) {
        snprintf(k->why, sizeof k->why, "too many different screen limits in the configuration");
        return NULL;
    }
    setup_catalog_options(k->conf, &layouts, k->handlers, &types, &o);
    o.today = k->today;
    o.hide_drafts = false;
    return catalog_load_files(list, count, &o, k->findings);
}

void publish_check_run(struct publish_check *k)
{
    k->findings = findings_new();
    struct catalog *c = k->findings ? compile(k) : NULL;
    k->good = c && publish_bundle_fits(k->files, k->why);
    catalog_unref(c);
}

/* A check at work and whom to tell. */
struct job {
    struct publish_check check;
    struct publish_ask ask;
};

static void job_free(struct job *j)
{
    files_unref(j->check.files);
    findings_free(j->check.findings);
    free(j);
}

static void run(void *arg)
{
    struct job *j = arg;
    publish_check_run(&j->check);
}

static void done(void *arg)
{
    struct job *j = arg;
    j->ask.done(j->ask.arg, &j->check);
    job_free(j);
}

static void drop(void *arg)
{
    struct job *j = arg;
    if (j->ask.drop)
        j->ask.drop(j->ask.arg);
    job_free(j);
}

int publish_check(struct console *c, struct files *files, const struct publish_ask *ask)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j)
        return -1;
    j->ask = *ask;
    j->check = (struct publish_check){.conf = c->conf,
                                      .handlers = c->handlers,
                                      .today = clock_day(console_now(c)),
                                      .files = files_ref(files)};
    const struct worker_job work = {.arg = j, .run = run, .done = done, .drop = drop};
    if (worker_post(workbench_thread(c), &work) == 0)
        return 0;
    job_free(j);
    return -1;
}
