/* SPDX-License-Identifier: Apache-2.0 */
#include "console/publish_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/draft.h"
#include "console/publish_bundle.h"
#include "console/publish_check.h"
#include "console/ring.h"
#include "console/versions_internal.h"

enum {
    RETAINED_MS = 1000, /* after that nothing is retained; MQTT has no sign for it */
    AGAIN_MS = 10000,   /* the broker should have given it back long ago */
    TRIES = 3,          /* fast ones; a broker that refuses may end the connection each time */
    MEND_MS = 60000,    /* between slow ones */
    RETRY_MS = 1000,
    LOOK_MS = 60000, /* at the latest, for the wall clock may be set */
    SECOND_MS = 1000
};

static bool is_up(const struct console *c)
{
    return c->mqtt && mqtt_is_up(c->mqtt);
}

static int64_t since_ms(int64_t us)
{
    return (loop_monotonic_us() - us) / 1000;
}

static void note_trouble(struct versions *v, const char *what)
{
    if (strcmp(v->trouble, what) == 0)
        return;
    snprintf(v->trouble, sizeof v->trouble, "%s", what);
    if (what[0])
        log_write(v->console->log, EV_console_unpublished, LOG_FIELDS(LS("why", what)));
}

/* Which publication a check is for. */
struct asked {
    struct console *console;
    int64_t id, version;
};

/* The first error, and how many there are. */
static void write_refusal(const struct publish_check *k, char *out, size_t cap)
{
    size_t errors = k->findings ? findings_count(k->findings, FINDING_ERROR) : 0;
    snprintf(out, cap, "%s", k->why[0] ? k->why : "no memory");
    for (size_t i = 0; errors && i < findings_total(k->findings); i++) {
        const struct finding *f = findings_at(k->findings, i);
        if (f->level != FINDING_ERROR)
            continue;
        snprintf(out, cap, "%zu: %s %s %s: %.220s", errors, f->file, f->id, f->language, f->detail);
        return;
    }
}

static enum version_result settle_check(struct console *c, const struct asked *a,
                                        const struct publish_check *k)
{
    char why[512], subject[32];
    if (k->good)
        return publish_pass(c->db, a->id);
    write_refusal(k, why, sizeof why);
    snprintf(subject, sizeof subject, "%lld", (long long)a->version);
    enum version_result r = publish_refuse(c->db, a->id, why, console_now(c));
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, NULL, "publish.refused", subject, why));
    return r;
}

static void on_checked(void *arg, const struct publish_check *k)
{
    struct asked *a = arg;
    struct console *c = a->console;
    c->versions->checking = 0;
    if (db_begin(c->db) == DB_OK)
        versions_end(c->db, settle_check(c, a, k));
    free(a);
    ring_event(c, "versions");
    versions_pump(c);
}

static void drop_check(void *arg)
{
    free(arg);
}

static int begin_check(struct versions *v, const struct publish_now *p)
{
    struct console *c = v->console;
    struct files *files = v->checking == p->id ? NULL : versions_files(c->db, p->version);
    struct asked *a = files ? malloc(sizeof *a) : NULL;
    if (v->checking == p->id)
        return 0;
    int failed = -1;
    v->sent_us = 0; /* of an earlier one */
    v->tries = 0;
    if (a) {
        *a = (struct asked){c, p->id, p->version};
        failed = publish_check(c, files, &(struct publish_ask){on_checked, drop_check, a});
    }
    if (failed)
        free(a);
    else
        v->checking = p->id;
    files_unref(files);
    return failed;
}

static int give_to_broker(struct versions *v, int64_t publication)
{
    char why[CONTENT_WHY_MAX];
    size_t len;
    char *payload = publish_bundle_write(v->console->db, publication, &len, why);
    if (!payload) {
        note_trouble(v, why);
        return -1;
    }
    int failed = console_publish(v->console, "content", payload, len, true);
    free(payload);
    return failed;
}

static enum version_result note_sending(struct versions *v, const struct publish_now *p)
{
    struct console *c = v->console;
    const char *previous = v->sent_ms ? versions_current_hash(c) : "";
    int64_t sent_ms;
    if (db_begin(c->db) != DB_OK)
        return VERSION_FAILED;
    return versions_end(c->db, publish_send(c->db, p->id, previous, console_now(c), &sent_ms));
}

/* At once; once more after a new connection, or if it did not come back for long. */
static bool is_time(const struct versions *v, const struct publish_now *p)
{
    if (p->state == PUBLISH_WAITING || (v->sent_us < v->up_us && v->tries < TRIES))
        return true;
    return since_ms(v->sent_us) >= AGAIN_MS;
}

static int send(struct versions *v, const struct publish_now *p)
{
    if (!is_up(v->console) || !v->heard || !is_time(v, p))
        return 0;
    if (note_sending(v, p) != VERSION_OK || give_to_broker(v, p->id) < 0)
        return -1;
    v->tries++;
    v->sent_us = loop_monotonic_us();
    ring_event(v->console, "versions");
    return 0;
}

static int step(struct versions *v, const struct publish_now *p)
{
    if (!p->id) {
        note_trouble(v, "");
        return 0;
    }
    if (p->state == PUBLISH_ORDERED)
        return begin_check(v, p);
    return send(v, p);
}

static enum version_result start_due(struct console *c, int64_t *next_ms)
{
    if (db_begin(c->db) != DB_OK)
        return VERSION_FAILED;
    return versions_end(c->db, publish_due(c->db, console_now(c), next_ms));
}

/* When to look again. */
static int64_t pause_ms(const struct versions *v, int64_t next_ms, const struct publish_now *p)
{
    int64_t ms = LOOK_MS;
    if (next_ms && next_ms - console_now(v->console) < ms)
        ms = next_ms - console_now(v->console);
    if (is_up(v->console) && !v->heard && ms > RETAINED_MS)
        ms = RETAINED_MS;
    if (p->state == PUBLISH_SENT && p->id && ms > AGAIN_MS)
        ms = AGAIN_MS;
    return ms > 1 ? ms : 1;
}

void versions_pump(struct console *c)
{
    struct versions *v = c->versions;
    struct publish_now p = {0};
    int64_t next_ms = 0;
    if (start_due(c, &next_ms) != VERSION_OK || publish_on_its_way(c->db, &p) != VERSION_OK) {
        note_trouble(v, db_error(c->db));
        loop_timer_set(v->timer, RETRY_MS);
        return;
    }
    if (step(v, &p) < 0)
        loop_timer_set(v->timer, RETRY_MS);
    else
        loop_timer_set(v->timer, pause_ms(v, next_ms, &p));
}

/* Nothing has come for a while: nothing is retained. */
static void on_timer(void *arg)
{
    struct versions *v = arg;
    if (is_up(v->console) && !v->heard && since_ms(v->up_us) >= RETAINED_MS) {
        v->heard = true;
        versions_mend(v);
    }
    versions_pump(v->console);
}

void versions_up(struct console *c)
{
    c->versions->heard = false;
    c->versions->up_us = loop_monotonic_us();
    versions_pump(c);
}

void versions_mend(struct versions *v)
{
    struct publish_now p;
    /* What is on its way puts it right, too. */
    if (v->sent_ms == 0 || publish_on_its_way(v->console->db, &p) != VERSION_OK || p.id)
        return;
    if (v->mends >= TRIES && since_ms(v->mended_us) < MEND_MS)
        return;
    v->mends++;
    v->mended_us = loop_monotonic_us();
    log_write(v->console->log, EV_console_content,
              LOG_FIELDS(LS("what", "mended"), LI("version", v->version)));
    give_to_broker(v, v->publication);
}

bool versions_is_stuck(const struct console *c)
{
    const struct versions *v = c->versions;
    return is_up(c) && v->sent_us && (v->tries >= TRIES || since_ms(v->sent_us) >= AGAIN_MS / 2);
}

struct files *versions_current(const struct console *c)
{
    return c->versions->files;
}

const char *versions_current_hash(const struct console *c)
{
    return c->versions->files ? files_version(c->versions->files) : "";
}

int versions_load_current(struct versions *v)
{
    struct publish_now p;
    if (publish_in_force(v->console->db, &p) != VERSION_OK)
        return -1;
    struct files *files = p.id ? versions_files(v->console->db, p.version) : NULL;
    if (!files)
        return -1;
    files_unref(v->files);
    v->files = files;
    v->version = p.version;
    v->publication = p.id;
    v->sent_ms = p.sent_ms;
    return 0;
}

/* The content that the console found at its first start. */
static enum version_result add_first(struct console *c)
{
    const struct version_person nobody = {0, "Content as installed"};
    const struct version_new first = {.request = "",
                                      .origin = "installed",
                                      .base = "",
                                      .note = "The content folder at the first start.",
                                      .by = nobody,
                                      .reviewer = "",
                                      .files = draft_base(c->draft),
                                      .step = draft_version(c->draft),
                                      .now_ms = console_now(c)};
    struct publish_order order = {
        .request = "", .kind = "installed", .by = nobody, .why = "", .now_ms = console_now(c)};
    int64_t id;
    bool changed;
    enum version_result r = versions_add(c->db, &first, &order.version);
    if (r == VERSION_OK)
        r = publish_order(c->db, &order, &id);
    return r == VERSION_OK ? publish_see(c->db, id, console_now(c), &changed) : r;
}

static int begin(struct console *c)
{
    struct publish_now p;
    if (publish_in_force(c->db, &p) != VERSION_OK)
        return -1;
    if (!p.id && (db_begin(c->db) != DB_OK || versions_end(c->db, add_first(c)) != VERSION_OK))
        return -1;
    return versions_load_current(c->versions);
}

int versions_open(struct console *c, char why[CONF_ERROR_MAX])
{
    struct versions *v = calloc(1, sizeof *v);
    c->versions = v;
    snprintf(why, CONF_ERROR_MAX, "no memory; end other programs");
    if (!v)
        return -1;
    v->console = c;
    v->timer = loop_timer_new(c->loop, on_timer, v);
    if (!v->timer)
        return -1;
    if (begin(c) < 0) {
        snprintf(why, CONF_ERROR_MAX, "versions of the content cannot be read: %.200s",
                 db_error(c->db));
        return -1;
    }
    versions_pump(c);
    return 0;
}

void versions_close(struct console *c)
{
    struct versions *v = c->versions;
    if (!v)
        return;
    loop_timer_free(v->timer);
    files_unref(v->files);
    free(v);
    c->versions = NULL;
}
