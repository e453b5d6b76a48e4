/* SPDX-License-Identifier: Apache-2.0 */
/* Loading content, and telling log and metrics of it. */
#include <stdio.h>

#include "daemon/server.h"

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
static void note_refused(struct server *s, const char *folder, const struct findings *f)
{
    if (f)
        note_findings(s, f);
    int64_t errors = f ? (int64_t)findings_count(f, FINDING_ERROR) : 0;
    log_write(s->log, EV_content_refused, LOG_FIELDS(LS("folder", folder), LI("errors", errors)));
}

struct catalog *server_load(struct server *s, const struct conf *c,
                            const struct setup_layouts *layouts)
{
    struct findings *f = findings_new();
    struct catalog *catalog = setup_catalog(c, layouts, s->handlers, setup_today(), f);
    if (!catalog)
        note_refused(s, c->gateway_content, f);
    metrics_add(s->metrics, M_CONTENT_LOADS, catalog ? "loaded" : "refused", 1);
    findings_free(f);
    return catalog;
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
    metrics_set(s->metrics, M_CONTENT_TEXTS, "reviewed", (int64_t)n.reviewed);
    metrics_set(s->metrics, M_CONTENT_TEXTS, "draft", (int64_t)n.drafts);
    metrics_set(s->metrics, M_CONTENT_OVERDUE, NULL, (int64_t)n.overdue);
    log_write(s->log, EV_content_loaded,
              LOG_FIELDS(LS("content", version), LI("nodes", (int64_t)n.nodes),
                         LI("texts", (int64_t)n.texts), LI("pages", (int64_t)n.pages),
                         LI("overdue", (int64_t)n.overdue)));
}
