/* SPDX-License-Identifier: Apache-2.0 */
/* The working copy as it stands goes to review, once it has passed the check. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/audit.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "console/people.h"
#include "console/publish_bundle.h"
#include "console/publish_check.h"
#include "console/publish_run.h"
#include "console/ring.h"
#include "console/versions_internal.h"
#include "console/versions_json.h"

enum { FINDINGS_MAX = 100, NOTE_OCTETS = 4 * VERSION_NOTE_MAX + 1 };

/* What is submitted, while it is checked: nothing of it changes with the working copy. */
struct submission {
    struct console *console;
    uint64_t call;
    struct person person;
    struct files *files;
    int64_t step;
    size_t count;
    struct version_person authors[VERSION_AUTHORS_MAX]; /* names owned */
    bool failed;                                        /* not all authors are known */
    char base[FILES_VERSION_SIZE], request[VERSION_REQUEST_MAX + 1], note[NOTE_OCTETS];
};

static void submission_free(struct submission *s)
{
    for (size_t i = 0; i < s->count; i++)
        free((char *)s->authors[i].name);
    files_unref(s->files);
    free(s);
}

static void take_author(void *arg, int64_t person, const char *name)
{
    struct submission *s = arg;
    char *copy = s->count < VERSION_AUTHORS_MAX ? strdup(name) : NULL;
    if (copy)
        s->authors[s->count++] = (struct version_person){person, copy};
    else
        s->failed = true;
}

static enum version_result store(struct submission *s, int64_t *id)
{
    struct console *c = s->console;
    char subject[32];
    const struct version_new v = {.request = s->request,
                                  .origin = "console",
                                  .base = s->base,
                                  .note = s->note,
                                  .by = {s->person.id, s->person.name},
                                  .authors = s->authors,
                                  .count = s->count,
                                  .reviewer = "",
                                  .files = s->files,
                                  .step = s->step,
                                  .now_ms = console_now(c)};
    enum version_result r = versions_begin(c->db);
    if (r != VERSION_OK)
        return r;
    r = versions_add(c->db, &v, id);
    snprintf(subject, sizeof subject, "%lld", (long long)*id);
    if (r == VERSION_OK)
        r = version_fault(audit_try(c, &s->person, "review.submit", subject, s->note));
    return versions_end(c->db, r);
}

static void write_findings(struct json_out *j, const struct findings *f)
{
    size_t written = 0;
    json_out_open(j, "findings", '[');
    for (size_t i = 0; f && i < findings_total(f) && written < FINDINGS_MAX; i++) {
        const struct finding *one = findings_at(f, i);
        if (one->level != FINDING_ERROR)
            continue;
        written++;
        json_out_open(j, NULL, '{');
        json_out_text(j, "file", one->file);
        json_out_int(j, "line", one->line);
        json_out_text(j, "id", one->id);
        json_out_text(j, "language", one->language);
        json_out_text(j, "code", one->code);
        json_out_text(j, "detail", one->detail);
        json_out_close(j, '}');
    }
    json_out_close(j, ']');
}

static void refuse(const struct submission *s, const struct publish_check *k)
{
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "error", '{');
    json_out_text(&r.json, "code", "refused");
    json_out_text(&r.json, "message",
                  k->why[0] ? k->why
                            : "The check has found errors, so this cannot go to review. Mend "
                              "them and submit it again.");
    json_out_close(&r.json, '}');
    write_findings(&r.json, k->findings);
    reply_send(&r, s->console, s->call, 422);
}

static void on_checked(void *arg, const struct publish_check *k)
{
    struct submission *s = arg;
    struct reply r;
    int64_t id = 0;
    if (!k->good) {
        refuse(s, k);
    } else if (versions_done_late(s->console, s->call, store(s, &id), id)) {
        reply_begin(&r);
        versions_json_one(s->console->db, &r.json, "version", id);
        reply_send(&r, s->console, s->call, 200);
        ring_event(s->console, "versions");
    }
    submission_free(s);
}

static void drop(void *arg)
{
    submission_free(arg);
}

static struct submission *freeze(const struct call *call, const char *request, const char *note)
{
    struct console *c = call->console;
    struct submission *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->console = c;
    s->call = call->id;
    s->person = *call->person;
    s->files = files_ref(draft_files(c->draft));
    s->step = draft_version(c->draft);
    snprintf(s->base, sizeof s->base, "%s", versions_current_hash(c));
    snprintf(s->request, sizeof s->request, "%s", request);
    publish_one_line(note, VERSION_NOTE_MAX, s->note, sizeof s->note);
    if (draft_authors(c->draft, take_author, s) == 0 && !s->failed)
        return s;
    submission_free(s);
    return NULL;
}

/* POST /api/review/submit {request, note, step}: freeze the working copy, if its last step is still
 * that one. 422 with findings if it fails the check. */
void api_review_submit(const struct call *call)
{
    struct console *c = call->console;
    int64_t step;
    const char *request = call_text(call, "request", 8, VERSION_REQUEST_MAX);
    const char *note = request ? call_text(call, "note", 1, VERSION_NOTE_MAX) : NULL;
    if (!note || call_int(call, "step", 0, INT64_MAX >> 11, &step) < 0)
        return;
    if (strlen(request) > VERSION_REQUEST_MAX) {
        call_fail(call, 400, "bad_field", "request", "request must be plain letters and digits.");
        return;
    }
    if (step != draft_version(c->draft)) {
        call_fail(call, 409, "moved", NULL,
                  "Somebody has changed the working copy since this page was loaded. Look at it "
                  "again, then submit it.");
        return;
    }
    struct submission *s = freeze(call, request, note);
    if (s && publish_check(c, s->files, &(struct publish_ask){on_checked, drop, s}) == 0)
        return;
    if (s)
        submission_free(s);
    call_fail(call, 503, "busy", NULL, "Too much is being checked just now. Try again.");
}
