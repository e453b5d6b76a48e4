/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline content publish`: its words, the check, and the way to the gateways. */
#include "publish/publish.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "message/topics.h"
#include "publish/folder.h"
#include "publish/watch.h"

enum { EXIT_USAGE = 2, GO_ON = -1, WAIT_S = 30, WAIT_MAX_S = 3600 };

static const char help[] =
    "Usage: mekongline content publish -c FILE --author NAME --reviewer NAME --note TEXT\n"
    "                                  [--content FOLDER] [--wait SECONDS]\n"
    "Check a content folder, publish it to all gateways, and wait until each of them serves it.\n"
    "  -c FILE           the configuration of a gateway: broker, carriers and their limits\n"
    "  --author NAME     who made this version\n"
    "  --reviewer NAME   who has read it; not the author\n"
    "  --note TEXT       what is new\n"
    "  --content FOLDER  else the folder of the configuration\n"
    "  --wait SECONDS    for the gateways, else 30\n"
    "Exit status: 0 every gateway that runs serves it, 1 refused or not everywhere, 2 wrong "
    "words.\n";

/* One run of the command. */
struct delivery {
    struct conf conf;
    const struct handler_table *handlers;
    const char *author, *reviewer, *note;
    int64_t wait_s;
    struct content_bundle bundle;
    char *payload; /* NULL until it is sent */
    size_t len;
    char version[CONTENT_VERSION_HEX + 1];
    char previous[CONTENT_VERSION_HEX + 1];
    bool taken;                  /* the broker has given it back */
    int64_t sent_up_us;          /* the connection on which it was sent */
    char fault[CONTENT_WHY_MAX]; /* "" or why it cannot be published */
};

static int usage(const char *text)
{
    fputs(text, stderr);
    return EXIT_USAGE;
}

static int fail(const char *why)
{
    fprintf(stderr, "mekongline content publish: %s\n", why);
    return 1;
}

/* What is published now becomes the version before. */
static void note_previous(struct delivery *e, const struct watch *w)
{
    char why[CONTENT_WHY_MAX];
    struct content_bundle b;
    if (!w->payload || content_codec_read(w->payload, w->len, &b, why) < 0)
        return;
    snprintf(e->previous, sizeof e->previous, "%s", b.version);
    content_bundle_free(&b);
}

static int make_payload(struct delivery *e)
{
    struct buf b;
    struct clock clock = clock_system();
    e->bundle.author = e->author;
    e->bundle.reviewer = e->reviewer;
    e->bundle.note = e->note;
    e->bundle.previous = e->previous;
    e->bundle.at = clock_now(&clock);
    char *mem = malloc(CONTENT_PAYLOAD_MAX + 1);
    if (!mem) {
        snprintf(e->fault, sizeof e->fault, "no memory; free some");
        return -1;
    }
    buf_init(&b, mem, CONTENT_PAYLOAD_MAX + 1);
    if (content_codec_write(&e->bundle, &b, e->version, e->fault) < 0) {
        free(mem);
        return -1;
    }
    e->payload = mem;
    e->len = b.len;
    return 0;
}

static void send(struct delivery *e, struct watch *w)
{
    char topic[TOPIC_MAX];
    topics_write_content(e->conf.mqtt_root, topic);
    struct mqtt_out out = {.topic = topic, .payload = e->payload, .len = e->len, .retain = true};
    if (mqtt_publish(w->mqtt, &out) == 0)
        e->sent_up_us = w->up_us;
}

/* Does every gateway that runs serve this version? */
static bool is_everywhere(const struct delivery *e, const struct watch *w)
{
    for (size_t i = 0; i < w->count; i++) {
        const struct watch_gateway *g = &w->gateways[i];
        if (strcmp(g->state, "down") != 0 && strcmp(g->content, e->version) != 0)
            return false;
    }
    return true;
}

/* Learn what is published, publish, see it come back, and wait for the gateways. */
static bool step(struct watch *w)
{
    struct delivery *e = w->arg;
    if (!e->payload) {
        if (!w->payload && !watch_is_complete(w))
            return false;
        note_previous(e, w);
        if (make_payload(e) < 0)
            return true;
    }
    e->taken = w->payload && w->len == e->len && memcmp(w->payload, e->payload, e->len) == 0;
    if (!e->taken && e->sent_up_us != w->up_us)
        send(e, w);
    return e->taken && watch_is_complete(w) && is_everywhere(e, w);
}

/* Returns the exit status. */
static int tell(const struct delivery *e, const struct watch *w, int everywhere)
{
    if (e->fault[0])
        return fail(e->fault);
    if (!e->payload)
        return fail(w->why);
    if (!e->taken)
        return fail("the broker does not give back what was published; look at its access rules "
                    "for ROOT/content");
    printf("published %s, previous %s\n", e->version, e->previous[0] ? e->previous : "none");
    watch_print(w);
    if (fflush(stdout) != 0)
        return 1;
    return everywhere ? 0 : fail("not every gateway serves it; look at their logs");
}

static int publish(struct delivery *e)
{
    struct watch w = {.conf = &e->conf, .step = step, .arg = e};
    int everywhere = watch_run(&w, e->wait_s * 1000) == 0;
    int status = tell(e, &w, everywhere);
    free(e->payload);
    watch_free(&w);
    return status;
}

/* Take one option. Returns GO_ON, else the exit status. */
static int take_option(struct delivery *e, int o, const char **folder)
{
    char err[CONF_ERROR_MAX];
    char *end;
    switch (o) {
    case 'c':
        return conf_load(optarg, &e->conf, err) < 0 ? usage(err) : GO_ON;
    case 'f':
        *folder = optarg;
        return GO_ON;
    case 'a':
        e->author = optarg;
        return GO_ON;
    case 'r':
        e->reviewer = optarg;
        return GO_ON;
    case 'n':
        e->note = optarg;
        return GO_ON;
    case 'w':
        e->wait_s = strtol(optarg, &end, 10);
        return *end || e->wait_s < 1 || e->wait_s > WAIT_MAX_S ? usage(help) : GO_ON;
    case 'h':
        return fputs(help, stdout) < 0;
    default:
        return usage(help);
    }
}

static int read_words(int argc, char **argv, struct delivery *e)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"content", required_argument, NULL, 'f'},
        {"author", required_argument, NULL, 'a'}, {"reviewer", required_argument, NULL, 'r'},
        {"note", required_argument, NULL, 'n'},   {"wait", required_argument, NULL, 'w'},
        {"help", no_argument, NULL, 'h'},         {0}};
    const char *folder = NULL;
    bool configured = false;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        int status = take_option(e, o, &folder);
        if (status != GO_ON)
            return status;
        configured |= o == 'c';
    }
    if (!configured || !e->author || !e->reviewer || !e->note || optind < argc)
        return usage(help);
    if (strcmp(e->author, e->reviewer) == 0)
        return usage(
            "mekongline content publish: the reviewer is another person than the author\n");
    if (folder)
        snprintf(e->conf.gateway_content, sizeof e->conf.gateway_content, "%s", folder);
    return GO_ON;
}

int publish_content(int argc, char **argv, const struct handler_table *handlers)
{
    struct delivery e = {.handlers = handlers, .wait_s = WAIT_S};
    struct folder *folder = NULL;
    int status = read_words(argc, argv, &e);
    if (status != GO_ON)
        return status;
    folder = folder_check(&e.conf, handlers, &e.bundle);
    if (!folder)
        return fail("nothing was published: the content has errors");
    signal(SIGPIPE, SIG_IGN);
    status = publish(&e);
    folder_free(folder);
    return status;
}
