/* SPDX-License-Identifier: Apache-2.0 */
/* Loading content, what comes of published content, and telling log and metrics of it. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/server.h"
#include "text/words.h"

enum { FINDINGS_SHOWN = 10 };

static void note_findings(struct server *s, const struct findings *f)
{
    size_t shown = 0;
    for (size_t i = 0; i < findings_total(f) && shown < FINDINGS_SHOWN; i++) {
        const struct finding *one = findings_at(f, i);
        if (one->level != FINDING_ERROR)
            continue;
        shown++;
        log_write(s->log, EV_content_finding,
                  LOG_FIELDS(LS("file", one->file), LI("line", one->line), LS("id", one->id),
                             LS("lang", one->language), LS("code", one->code),
                             LS("detail", one->detail)));
    }
}

/* Without memory there are no findings. */
static void note_load(struct server *s, bool good, const char *source, const struct findings *f)
{
    int64_t errors = f ? (int64_t)findings_count(f, FINDING_ERROR) : 0;
    metrics_add(s->metrics, M_CONTENT_LOADS, good ? "loaded" : "refused", 1);
    if (good)
        return;
    if (f)
        note_findings(s, f);
    log_write(s->log, EV_content_refused, LOG_FIELDS(LS("source", source), LI("errors", errors)));
}

static struct published_job *make_job(struct server *s, const char *payload, size_t len)
{
    struct published_job *job = published_job_new(payload, len);
    if (!job)
        return NULL;
    job->conf = s->conf;
    job->layouts = s->layouts;
    job->handlers = s->handlers;
    job->today = setup_today();
    return job;
}

/* Load a published payload in this thread. */
static struct catalog *load_payload(struct server *s, struct published_job *job, const char *source)
{
    struct catalog *catalog = NULL;
    if (job) {
        published_job_compile(job);
        catalog = job->catalog;
        job->catalog = NULL;
    }
    note_load(s, catalog != NULL, source, job ? job->findings : NULL);
    published_job_free(job);
    return catalog;
}

static struct catalog *load_folder(struct server *s)
{
    struct findings *f = findings_new();
    struct catalog *catalog = setup_catalog(&s->conf, &s->layouts, s->handlers, setup_today(), f);
    note_load(s, catalog != NULL, s->conf.gateway_content, f);
    findings_free(f);
    return catalog;
}

struct catalog *server_load_first(struct server *s)
{
    char why[128];
    size_t len = 0;
    s->content_day = setup_today();
    char *payload = published_load(&s->conf, &len, why);
    struct catalog *catalog =
        payload ? load_payload(s, make_job(s, payload, len), s->conf.gateway_content_store) : NULL;
    if (catalog) {
        s->bundle = payload;
        s->bundle_len = len;
        return catalog;
    }
    free(payload);
    if (why[0])
        log_write(s->log, EV_content_unstored, LOG_FIELDS(LS("why", why)));
    return load_folder(s);
}

/* What cannot even be looked at. */
static void note_unreadable(struct server *s, const char *why)
{
    log_write(s->log, EV_content_finding, LOG_FIELDS(LS("code", "bad-bundle"), LS("detail", why)));
}

static void refuse_published(struct server *s, const struct findings *f)
{
    note_load(s, false, "published", f);
    s->content_refused = true;
}

void server_take_published(struct server *s, const char *payload, size_t len)
{
    if (len == 0) { /* nothing is retained any more; what is in force stays */
        s->content_refused = false;
        return;
    }
    struct published_job *job = len <= CONTENT_PAYLOAD_MAX ? make_job(s, payload, len) : NULL;
    if (!job) {
        note_unreadable(s, len <= CONTENT_PAYLOAD_MAX ? "no memory" : "longer than 8388608 octets");
        refuse_published(s, NULL);
        return;
    }
    job->generation = s->generation;
    memcpy(job->in_force, s->content, sizeof job->in_force);
    published_offer(s->published, job);
}

/* Was the job done for another configuration, or compared with another content? */
static bool is_stale(const struct server *s, const struct published_job *job)
{
    return job->generation != s->generation ||
           (job->result == PUBLISHED_SAME && strcmp(job->in_force, s->content) != 0);
}

static void do_again(struct server *s, struct published_job *job)
{
    job->conf = s->conf;
    job->layouts = s->layouts;
    job->generation = s->generation;
    memcpy(job->in_force, s->content, sizeof job->in_force);
    published_repeat(s->published, job);
}

/* The job's payload is that of the content in force from now on. */
static void keep_bundle(struct server *s, struct published_job *job)
{
    free(s->bundle);
    s->bundle = job->payload;
    s->bundle_len = job->len;
    job->payload = NULL;
    s->content_refused = false;
    if (job->store_why[0])
        log_write(s->log, EV_content_unstored, LOG_FIELDS(LS("why", job->store_why)));
}

static void put_in_force(struct server *s, struct published_job *job)
{
    note_load(s, true, "published", job->findings);
    dispatch_set_catalog(s->dispatch, job->catalog);
    server_note_content(s, job->catalog);
}

/* It takes less than a millisecond. */
void server_give_back(void)
{
    malloc_trim(0);
    words_rest();
}

static void end_job(struct published_job *job)
{
    published_job_free(job);
    server_give_back();
}

void server_published(void *arg, struct published_job *job)
{
    struct server *s = arg;
    if (is_stale(s, job)) {
        do_again(s, job);
        return;
    }
    if (job->result == PUBLISHED_TAKEN)
        put_in_force(s, job);
    if (job->result == PUBLISHED_REFUSED)
        refuse_published(s, job->findings);
    else
        keep_bundle(s, job);
    if (job->result != PUBLISHED_SAME)
        server_publish_status(s);
    end_job(job);
}

/* Takes the zawgyi. NULL without memory. */
static struct published_job *make_reload(struct server *s, const struct conf *c,
                                         const struct setup_layouts *layouts, struct zawgyi *zawgyi)
{
    struct published_job *job = make_job(s, s->bundle, s->bundle_len);
    if (!job) {
        zawgyi_free(zawgyi);
        note_load(s, false, "reload", NULL);
        return NULL;
    }
    job->conf = *c;
    job->layouts = *layouts;
    job->zawgyi = zawgyi;
    job->reload = true;
    memcpy(job->in_force, s->content, sizeof job->in_force);
    return job;
}

void server_load_anew(struct server *s, const struct conf *c, const struct setup_layouts *layouts,
                      struct zawgyi *zawgyi)
{
    struct published_job *job = make_reload(s, c, layouts, zawgyi);
    if (job)
        published_offer(s->reloads, job);
}

/* Was other content published while it was compiled? */
static bool is_overtaken(const struct server *s, const struct published_job *job)
{
    return !job->payload != !s->bundle || strcmp(job->in_force, s->content) != 0;
}

void server_reloaded(void *arg, struct published_job *job)
{
    struct server *s = arg;
    if (is_overtaken(s, job)) {
        struct published_job *again = make_reload(s, &job->conf, &job->layouts, job->zawgyi);
        job->zawgyi = NULL;
        if (again) /* unless a newer configuration waits */
            published_repeat(s->reloads, again);
    } else {
        note_load(s, job->catalog != NULL, job->payload ? "published" : job->conf.gateway_content,
                  job->findings);
        if (job->catalog)
            server_adopt(s, job);
    }
    end_job(job);
}

/* Hex digits in groups of four, because the log masks longer runs of digits. */
static void group(const char *hex, char out[32])
{
    size_t n = 0;
    for (size_t i = 0; hex[i] != '\0' && n < 30; i++) {
        if (i > 0 && i % 4 == 0)
            out[n++] = '-';
        out[n++] = hex[i];
    }
    out[n] = '\0';
}

void server_note_content(struct server *s, const struct catalog *c)
{
    struct catalog_counts n;
    char version[32];
    catalog_count(c, &n);
    group(catalog_version(c), version);
    snprintf(s->content, sizeof s->content, "%s", catalog_version(c));
    metrics_clear(s->metrics, M_CONTENT);
    metrics_set(s->metrics, M_CONTENT, s->content, 1);
    metrics_set(s->metrics, M_CONTENT_TEXTS, "reviewed", (int64_t)n.reviewed);
    metrics_set(s->metrics, M_CONTENT_TEXTS, "draft", (int64_t)n.drafts);
    metrics_set(s->metrics, M_CONTENT_OVERDUE, NULL, (int64_t)n.overdue);
    log_write(s->log, EV_content_loaded,
              LOG_FIELDS(LS("content", version), LI("nodes", (int64_t)n.nodes),
                         LI("texts", (int64_t)n.texts), LI("pages", (int64_t)n.pages),
                         LI("overdue", (int64_t)n.overdue)));
}
