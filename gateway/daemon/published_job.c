/* SPDX-License-Identifier: Apache-2.0 */
/* One published version: checked, compiled, kept on disk. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/published_internal.h"

enum { PATH_OCTETS = 640, NAME_OCTETS = 48 };

struct published_job *published_job_new(const char *payload, size_t len)
{
    struct published_job *job = calloc(1, sizeof *job);
    if (!job || !payload)
        return job;
    char *copy = malloc(len + 1);
    if (!copy) {
        free(job);
        return NULL;
    }
    memcpy(copy, payload, len);
    copy[len] = '\0';
    job->payload = copy;
    job->len = len;
    return job;
}

void published_job_free(struct published_job *job)
{
    if (!job)
        return;
    catalog_unref(job->catalog);
    findings_free(job->findings);
    zawgyi_free(job->zawgyi);
    free(job->payload);
    free(job);
}

static void note_unreadable(struct published_job *job, const char *why)
{
    struct finding f = {.level = FINDING_ERROR, .code = "bad-bundle"};
    snprintf(f.detail, sizeof f.detail, "What was published is no content bundle: %s.", why);
    findings_add(job->findings, &f);
}

static void compile_folder(struct published_job *job)
{
    job->catalog =
        setup_catalog(&job->conf, &job->layouts, job->handlers, job->today, job->findings);
    if (job->catalog)
        job->result = PUBLISHED_TAKEN;
}

static void compile(struct published_job *job, const struct content_bundle *b)
{
    const struct setup_load load = {.conf = &job->conf,
                                    .layouts = &job->layouts,
                                    .handlers = job->handlers,
                                    .today = job->today};
    if (!job->reload && strcmp(b->version, job->in_force) == 0) {
        job->result = PUBLISHED_SAME;
        return;
    }
    job->catalog = setup_bundle(&load, b, job->findings);
    if (job->catalog)
        job->result = PUBLISHED_TAKEN;
}

void published_job_compile(struct published_job *job)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    job->result = PUBLISHED_REFUSED;
    job->findings = findings_new();
    if (!job->findings)
        return;
    if (!job->payload) {
        compile_folder(job);
        return;
    }
    if (content_codec_read(job->payload, job->len, &b, why) < 0) {
        note_unreadable(job, why);
        return;
    }
    compile(job, &b);
    content_bundle_free(&b);
}

/* Read an open file of that size. */
static char *slurp(int fd, size_t size, size_t *len)
{
    char *text = malloc(size + 1);
    ssize_t n = text ? file_read(fd, text, size) : -1;
    if (n < 0) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    *len = (size_t)n;
    return text;
}

char *published_load(const struct conf *c, size_t *len, char why[128])
{
    char path[PATH_OCTETS];
    struct stat st;
    char *text = NULL;
    why[0] = '\0';
    if (c->gateway_content_store[0] == '\0')
        return NULL;
    snprintf(path, sizeof path, "%s/%s.json", c->gateway_content_store, c->gateway_instance);
    int fd = file_open(path, &st);
    if (fd < 0 && errno == ENOENT)
        return NULL;
    if (fd >= 0 && st.st_size > CONTENT_PAYLOAD_MAX)
        errno = EFBIG;
    else if (fd >= 0)
        text = slurp(fd, (size_t)st.st_size, len);
    if (!text)
        snprintf(why, 128, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return text;
}

/* It comes again with each connection to the broker. */
static bool is_stored(const struct published_job *job)
{
    char why[128];
    size_t len = 0;
    char *text = published_load(&job->conf, &len, why);
    bool same = text && len == job->len && memcmp(text, job->payload, len) == 0;
    free(text);
    return same;
}

void published_job_store(struct published_job *job)
{
    char name[NAME_OCTETS];
    const struct conf *c = &job->conf;
    if (job->reload || job->result == PUBLISHED_REFUSED || c->gateway_content_store[0] == '\0')
        return;
    if (is_stored(job))
        return;
    snprintf(name, sizeof name, "%s.json", c->gateway_instance);
    if (file_replace(c->gateway_content_store, name, job->payload, job->len) < 0)
        snprintf(job->store_why, sizeof job->store_why, "%s", strerror(errno));
}
