/* SPDX-License-Identifier: Apache-2.0 */
/* A phone for the staff: it dials the working copy or the version in force, and nobody else hears
 * of it. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_out.h"
#include "console/draft.h"
#include "console/endpoints.h"
#include "console/publish_run.h"
#include "console/workbench.h"
#include "editing/place.h"

enum { CARRIER_CHARACTERS = 64, NUMBER_MIN = 6, NUMBER_MAX = 15, ID_CHARACTERS = 16 };

/* What is asked of the thread. */
struct asked {
    int64_t person, now_ms;
    struct files *files; /* to begin */
    bool drafts, latin;
    char carrier[CARRIER_CHARACTERS * 4 + 1], number[NUMBER_MAX + 1], language[8];
    char id[BENCH_ID_SIZE]; /* to go on */
    struct rehearsal_step step;
    char *text, *to;
};

static void free_asked(void *arg)
{
    struct asked *a = arg;
    files_unref(a->files);
    free(a->text);
    free(a->to);
    free(a);
}

static struct asked *ask(const struct call *call)
{
    struct asked *a = calloc(1, sizeof *a);
    if (!a) {
        call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
        return NULL;
    }
    a->person = call->person->id;
    a->now_ms = console_now(call->console);
    return a;
}

static int run_begin(struct bench *b, void *arg, struct json_out *out)
{
    const struct asked *a = arg;
    char id[BENCH_ID_SIZE];
    const struct bench_content *c = bench_take(b, a->files, a->drafts, clock_day(a->now_ms));
    if (!c)
        return workbench_fail(out, 503, "busy", NULL, "There is no memory left. Try again later.");
    size_t errors = findings_count(c->findings, FINDING_ERROR);
    json_out_text(out, "version", files_version(c->files));
    json_out_number(out, "errors", errors);
    if (!bench_is_whole(c))
        return workbench_fail(
            out, 422, "refused", NULL,
            "Something of this content is missing, so no phone can try it. Look at "
            "what the check says and mend it.");
    const struct rehearsal_options o = {.carrier = a->carrier,
                                        .number = a->number,
                                        .language = a->language,
                                        .latin = a->latin,
                                        .now_ms = a->now_ms};
    if (!bench_rehearse(b, a->person, &o, c->catalog, id))
        return workbench_fail(out, 503, "busy", NULL,
                              "Too many people try phones just now. Try again later.");
    json_out_text(out, "id", id);
    return 200;
}

static int run_step(struct bench *b, void *arg, struct json_out *out)
{
    const struct asked *a = arg;
    struct rehearsal *r = bench_find(b, a->person, a->id, a->now_ms);
    if (!r)
        return workbench_fail(out, 404, "not_found", "id",
                              "This phone was switched off after half an hour. Begin again.");
    if (rehearsal_take(r, &a->step, out) == 0)
        return 200;
    return workbench_fail(out, 409, "no_session", "act",
                          "The dialogue is over. Dial the code again.");
}

static int run_end(struct bench *b, void *arg, struct json_out *out)
{
    const struct asked *a = arg;
    bench_end(b, a->person, a->id);
    json_out_bool(out, "done", true);
    return 200;
}

static bool is_number(const char *s)
{
    size_t n = strspn(s, "0123456789");
    return n >= NUMBER_MIN && n <= NUMBER_MAX && !s[n];
}

/* "draft" or "published". With a reference; NULL after a failure was answered. */
static struct files *content_of(const struct call *call)
{
    const char *which = call_text(call, "content", 1, 16);
    if (!which)
        return NULL;
    if (strcmp(which, "draft") == 0)
        return files_ref(draft_files(call->console->draft));
    if (strcmp(which, "published") == 0 && versions_current(call->console))
        return files_ref(versions_current(call->console));
    call_fail(call, 400, "bad_field", "content", "The content is \"draft\" or \"published\".");
    return NULL;
}

/* Returns 0, or -1 after a failure was answered. */
static int read_begin(const struct call *call, struct asked *a)
{
    const char *carrier = call_text_or_empty(call, "carrier", CARRIER_CHARACTERS);
    const char *language = carrier ? call_text_or_empty(call, "language", 7) : NULL;
    const char *number = language ? call_text(call, "number", NUMBER_MIN, NUMBER_MAX) : NULL;
    if (!number)
        return -1;
    if (!is_number(number)) {
        call_fail(call, 400, "bad_field", "number",
                  "The number has %d to %d digits, the country's first, and no plus.", NUMBER_MIN,
                  NUMBER_MAX);
        return -1;
    }
    snprintf(a->carrier, sizeof a->carrier, "%s", carrier);
    snprintf(a->language, sizeof a->language, "%s", language);
    snprintf(a->number, sizeof a->number, "%s", number);
    a->latin = tree_true(tree_get(call->in, "latin"));
    a->drafts = tree_true(tree_get(call->in, "drafts"));
    a->files = content_of(call);
    return a->files ? 0 : -1;
}

/* POST /api/simulator/begin {content, drafts, carrier, number, language, latin}: {id, version,
 * errors}. language "" shows the language screen first. */
void api_simulator_begin(const struct call *call)
{
    struct asked *a = ask(call);
    const struct workbench_work work = {.arg = a, .run = run_begin, .free = free_asked};
    if (!a)
        return;
    if (read_begin(call, a) < 0)
        free_asked(a);
    else
        workbench_post(call, &work);
}

static int act_of(const char *name)
{
    static const char *const names[] = {
        [REHEARSAL_DIAL] = "dial", [REHEARSAL_ANSWER] = "answer", [REHEARSAL_HANG_UP] = "hang_up",
        [REHEARSAL_DROP] = "drop", [REHEARSAL_SMS] = "sms",       [REHEARSAL_WAIT] = "wait"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0)
            return (int)i;
    }
    return -1;
}

/* Returns 0, or -1 after a failure was answered. */
static int read_id(const struct call *call, struct asked *a)
{
    const char *id = call_text(call, "id", 1, ID_CHARACTERS);
    if (id)
        snprintf(a->id, sizeof a->id, "%s", id);
    return id ? 0 : -1;
}

static int read_wait(const struct call *call, struct asked *a)
{
    if (a->step.act != REHEARSAL_WAIT)
        return 0;
    return call_int(call, "wait_ms", 1, REHEARSAL_WAIT_MAX_MS, &a->step.wait_ms);
}

static int read_step(const struct call *call, struct asked *a)
{
    const char *act = read_id(call, a) == 0 ? call_text(call, "act", 1, 16) : NULL;
    int what = act ? act_of(act) : -1;
    if (act && what < 0)
        call_fail(call, 400, "bad_field", "act",
                  "The act is dial, answer, hang_up, drop, sms or wait.");
    if (what < 0)
        return -1;
    a->step = (struct rehearsal_step){.act = (enum rehearsal_act)what, .now_ms = a->now_ms};
    bool dials = what == REHEARSAL_DIAL;
    const char *text = dials ? call_text(call, "text", 1, REHEARSAL_CODE_MAX)
                             : call_text_or_empty(call, "text", REHEARSAL_TEXT_MAX);
    const char *to = text ? call_text_or_empty(call, "to", REHEARSAL_CODE_MAX) : NULL;
    if (!to || read_wait(call, a) < 0)
        return -1;
    a->text = strdup(text);
    a->to = strdup(to);
    a->step.text = a->text;
    a->step.to = a->to;
    if (a->text && a->to)
        return 0;
    call_fail(call, 503, "busy", NULL, "There is no memory left. Try again later.");
    return -1;
}

/* POST /api/simulator/step {id, act, text, to, wait_ms}: what came of it, see rehearsal.h. */
void api_simulator_step(const struct call *call)
{
    struct asked *a = ask(call);
    const struct workbench_work work = {.arg = a, .run = run_step, .free = free_asked};
    if (!a)
        return;
    if (read_step(call, a) < 0)
        free_asked(a);
    else
        workbench_post(call, &work);
}

/* POST /api/simulator/end {id} */
void api_simulator_end(const struct call *call)
{
    struct asked *a = ask(call);
    const struct workbench_work work = {.arg = a, .run = run_end, .free = free_asked};
    if (!a)
        return;
    if (read_id(call, a) < 0)
        free_asked(a);
    else
        workbench_post(call, &work);
}

static void put_carrier(struct json_out *out, const struct conf_carrier *c)
{
    json_out_open(out, NULL, '{');
    json_out_text(out, "name", c->carrier_name);
    json_out_text(out, "codes", c->service_codes);
    json_out_text(out, "sms_from", c->sms_from);
    json_out_int(out, "septets", c->ussd_septets);
    json_out_int(out, "units", c->ussd_units);
    json_out_int(out, "segments", c->sms_segments);
    json_out_close(out, '{');
}

static int put_language(void *arg, const char *place, const char *json, size_t len)
{
    (void)place;
    char *copy = strndup(json, len);
    json_out_raw(arg, NULL, copy);
    free(copy);
    return 0;
}

/* GET /api/simulator: carriers, languages, keys, versions: what can be chosen. */
void api_simulator(const struct call *call)
{
    const struct conf *conf = call->console->conf;
    struct reply r;
    reply_begin(&r);
    json_out_open(&r.json, "carriers", '[');
    put_carrier(&r.json, &conf->defaults);
    for (size_t i = 0; i < conf->carrier_count; i++)
        put_carrier(&r.json, &conf->carriers[i]);
    json_out_close(&r.json, '[');
    json_out_open(&r.json, "languages", '[');
    place_list(draft_files(call->console->draft), "languages.json", put_language, &r.json);
    json_out_close(&r.json, '[');
    json_out_open(&r.json, "keys", '{');
    json_out_text(&r.json, "back", conf->keys_back);
    json_out_text(&r.json, "home", conf->keys_home);
    json_out_text(&r.json, "more", conf->keys_more);
    json_out_text(&r.json, "exit", conf->keys_exit);
    json_out_text(&r.json, "sms", conf->keys_sms);
    json_out_close(&r.json, '{');
    json_out_text(&r.json, "draft", files_version(draft_files(call->console->draft)));
    json_out_text(&r.json, "published",
                  versions_current(call->console) ? files_version(versions_current(call->console))
                                                  : NULL);
    json_out_bool(&r.json, "drafts_served", conf->gateway_serve_drafts);
    reply_send(&r, call->console, call->id, 200);
}
