/* SPDX-License-Identifier: Apache-2.0 */
/* All that one running gateway owns; lives in daemon_serve. */
#ifndef ML_DAEMON_SERVER_H
#define ML_DAEMON_SERVER_H

#include "base/conf.h"
#include "daemon/echo.h"
#include "daemon/flush.h"
#include "daemon/published.h"
#include "daemon/requests.h"
#include "daemon/wire.h"
#include "io/http.h"
#include "io/loop.h"
#include "io/notify.h"
#include "io/store_redis.h"
#include "setup/setup.h"

enum { SERVER_SECRET_MAX = 256 };

enum server_state { SERVER_STARTING, SERVER_UP, SERVER_DRAINING };

struct server {
    const char *conf_path;
    const struct handler_table *handlers;
    struct conf conf;
    struct setup_layouts layouts;
    char secret[SERVER_SECRET_MAX];
    char mqtt_password[SERVER_SECRET_MAX], redis_password[SERVER_SECRET_MAX];
    size_t secret_len;
    char content[CATALOG_VERSION_HEX + 1];
    enum server_state state;
    struct log *log;
    struct metrics *metrics;
    struct loop *loop;
    struct zawgyi *zawgyi; /* NULL if the configuration names no model */
    struct dispatch *dispatch;
    struct store_redis *store;
    struct volumes *volumes;
    struct flush *flush;
    struct requests *requests;
    struct wire wire;
    struct echo *echo;
    struct http *http;
    struct notify *notify;
    struct loop_timer *begin_timer, *drain_timer, *health_timer;
    struct published *published, *reloads;
    char
        *bundle; /* the payload that was published and is in force; NULL: the folder's content is */
    size_t bundle_len;
    bool content_refused;   /* what was published last is not in force */
    unsigned generation;    /* counts the configurations that were in force */
    int32_t content_day;    /* the day, since 1970, for which the content in force was compiled */
    unsigned told_degraded; /* in the last status that was published */
    int64_t begin_until_us, drain_until_us;
};

/* Parts that do not work, as bits; or that nothing was told of them. */
enum { DEGRADED_REDIS = 1, DEGRADED_JOURNAL = 2, DEGRADED_CONTENT = 4, DEGRADED_UNTOLD = 8 };
unsigned server_degraded(const struct server *s);

/* Load content at the start: what was stored when it was published, else the folder's. Findings go
 * to the log. NULL if there are errors. */
struct catalog *server_load_first(struct server *s);

/* Compile what is in force anew, for another configuration: what was published, else the folder's.
 * Takes the zawgyi. The answer comes to server_reloaded. */
void server_load_anew(struct server *s, const struct conf *c, const struct setup_layouts *layouts,
                      struct zawgyi *zawgyi);
void server_reloaded(void *arg, struct published_job *job);

/* Put configuration, model and content of a reload in force. */
void server_adopt(struct server *s, struct published_job *job);

/* Content was published. Takes a copy; the answer comes to server_published. */
void server_take_published(struct server *s, const char *payload, size_t len);
void server_published(void *arg, struct published_job *job);

/* Tell log and metrics which content is in force. */
void server_note_content(struct server *s, const struct catalog *c);

/* Content was compiled, and the loop compiles nothing: what that needed goes back to the system. */
void server_give_back(void);

/* Connect to the broker, with last will and status. Returns 0 or -1 (logged). */
int server_open_mqtt(struct server *s);

/* Publish the retained status of this gateway. */
void server_publish_status(struct server *s);

/* Serve metrics and health. Returns NULL with why. */
struct http *server_open_http(struct server *s, char why[256]);

/* Listen to signals: SIGHUP reloads, SIGTERM and SIGINT drain and stop. Returns 0 or -1 (logged).
 */
int server_watch(struct server *s);

#endif
