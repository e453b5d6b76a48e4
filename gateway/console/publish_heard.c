/* SPDX-License-Identifier: Apache-2.0 */
/* What the broker says: the content that it retains, and what gateways say of themselves. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/draft.h"
#include "console/publish_bundle.h"
#include "console/publish_run.h"
#include "console/ring.h"
#include "console/versions_internal.h"
#include "message/topics.h"

/* The version of a publication, and the step of the working copy that it holds. */
struct target {
    int64_t version, step;
    char subject[32];
};

static void take_target(void *arg, const struct publish_row *row)
{
    struct target *t = arg;
    t->version = row->version;
    snprintf(t->subject, sizeof t->subject, "%lld", (long long)row->version);
}

static void take_step(void *arg, const struct version_row *row)
{
    struct target *t = arg;
    /* Of what came from elsewhere no step of the working copy is a part. */
    t->step = strcmp(row->origin, "outside") == 0 ? -1 : row->step;
}

/* The working copy stands on it from now on. */
static enum version_result rebase(struct console *c, int64_t publication, struct target *t)
{
    if (publish_get(c->db, publication, take_target, t) != DB_OK ||
        versions_get(c->db, t->version, take_step, t) != DB_OK)
        return VERSION_FAILED;
    struct files *files = versions_files(c->db, t->version);
    if (!files)
        return VERSION_FAILED;
    int64_t step = t->step < 0 ? draft_version(c->draft) : t->step;
    enum draft_result r = draft_rebase(c->draft, files, step, console_now(c));
    files_unref(files);
    return r == DRAFT_OK || r == DRAFT_NOTHING ? VERSION_OK
           : r == DRAFT_DISK_FULL              ? VERSION_FULL
                                               : VERSION_FAILED;
}

/* Everything that follows from a publication that is in force, in one transaction. */
static enum version_result put_in_force(struct console *c, int64_t publication, bool *changed)
{
    struct target t = {0};
    enum version_result r = publish_see(c->db, publication, console_now(c), changed);
    if (r == VERSION_OK && *changed)
        r = rebase(c, publication, &t);
    if (r == VERSION_OK && *changed)
        r = version_fault(audit_try(c, NULL, "publish.in-force", t.subject, NULL));
    return r;
}

/* End the transaction, also for the working copy. */
static void end(struct versions *v, enum version_result r, bool changed)
{
    struct console *c = v->console;
    bool good = r == VERSION_OK;
    if (!good)
        db_rollback(c->db);
    else
        good = db_commit(c->db) == DB_OK;
    draft_settle(c->draft, good);
    if (!good) {
        log_write(c->log, EV_console_unpublished, LOG_FIELDS(LS("why", db_error(c->db))));
        return;
    }
    if (!changed)
        return;
    versions_load_current(v);
    ring_event(c, "versions");
    v->sent_us = 0;
    log_write(c->log, EV_console_content,
              LOG_FIELDS(LS("what", "in force"), LI("version", v->version)));
}

static void see(struct versions *v, int64_t publication)
{
    bool changed = false;
    v->mends = 0;
    if (db_begin(v->console->db) != DB_OK)
        return;
    enum version_result r = put_in_force(v->console, publication, &changed);
    end(v, r, changed);
}

static struct files *files_of(const struct content_bundle *b)
{
    struct catalog_file *list = calloc(b->count + 1, sizeof *list);
    for (size_t i = 0; list && i < b->count; i++)
        list[i] = (struct catalog_file){b->files[i].name, b->files[i].text, b->files[i].len};
    struct files *files = list ? files_new(list, b->count) : NULL;
    free(list);
    return files;
}

/* A version that was not reviewed here; or one of ours, published by somebody else. */
static enum version_result find_version(struct console *c, const struct content_bundle *b,
                                        int64_t *id)
{
    *id = versions_find(c->db, b->version);
    int state = *id ? versions_state(c->db, *id) : -1;
    if (state == VERSION_PUBLISHED || state == VERSION_APPROVED || state == VERSION_OVERTAKEN)
        return VERSION_OK;
    struct files *files = files_of(b);
    if (!files)
        return VERSION_FAILED;
    const struct version_new v = {.request = "",
                                  .origin = "outside",
                                  .base = versions_current_hash(c),
                                  .note = b->note,
                                  .by = {0, b->author},
                                  .reviewer = b->reviewer,
                                  .files = files,
                                  .now_ms = console_now(c)};
    enum version_result r = versions_add(c->db, &v, id);
    files_unref(files);
    return r;
}

static enum version_result take_outside(struct console *c, const struct content_bundle *b,
                                        bool *changed)
{
    struct publish_order o = {.request = "",
                              .kind = "outside",
                              .by = {0, b->author},
                              .why = b->note,
                              .sent_ms = b->at,
                              .now_ms = console_now(c)};
    int64_t id = 0;
    char subject[32];
    enum version_result r = find_version(c, b, &o.version);
    if (r == VERSION_OK)
        r = publish_overtake_all(c->db, "outside", o.now_ms);
    if (r == VERSION_OK)
        r = publish_order(c->db, &o, &id);
    snprintf(subject, sizeof subject, "%lld", (long long)o.version);
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, NULL, "publish.outside", subject, b->author));
    return r == VERSION_OK ? put_in_force(c, id, changed) : r;
}

static void take_bundle(struct versions *v, const struct content_bundle *b)
{
    struct console *c = v->console;
    bool changed = false;
    int64_t id = publish_find(c->db, b->version, b->at);
    if (b->at < v->sent_ms) {
        versions_mend(v); /* a broker that has forgotten the newest */
    } else if (id) {
        see(v, id);
    } else if (db_begin(c->db) == DB_OK) {
        enum version_result r = take_outside(c, b, &changed);
        end(v, r, changed);
    }
}

static void take_content(struct versions *v, const struct mqtt_message *m)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    v->heard = true;
    if (m->len == 0) {
        versions_mend(v);
    } else if (content_codec_read(m->payload, m->len, &b, why) < 0) {
        log_write(v->console->log, EV_console_unpublished, LOG_FIELDS(LS("why", why)));
        versions_mend(v);
    } else {
        take_bundle(v, &b);
        content_bundle_free(&b);
    }
    versions_pump(v->console);
}

void versions_message(struct console *c, const struct mqtt_message *m)
{
    char instance[MESSAGE_BRIDGE_MAX + 1];
    const char *root = c->conf->mqtt_root;
    if (topics_is_content(root, m->topic))
        take_content(c->versions, m);
    else if (topics_read_gateway_status(root, m->topic, instance) == 0 &&
             gateways_take(&c->versions->gateways, instance, m->payload, m->len, console_now(c)))
        ring_event(c, "versions");
}
