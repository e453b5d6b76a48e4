/* SPDX-License-Identifier: Apache-2.0 */
/* Between the socket and libmosquitto. Each call into the library's loop is followed by settle(),
 * which looks whether the connection still stands; so the library never frees or closes anything
 * that a caller up the stack still uses. */
#include <errno.h>
#include <event2/event.h>
#include <mosquitto.h>
#include <string.h>

#include "io/mqtt_internal.h"

/* A turn that reads for long lets answers of Redis wait, so on a slow machine it reads less. */
enum { READS_A_TURN = 256, READ_US = 5000, READS_A_LOOK = 16, POKE_MS = 10 };

/* During a TLS handshake the library writes only when it is asked to read, and a socket that is
 * always writable would make the loop spin; so EV_WRITE then comes back after a pause. */
static bool is_handshake(const struct mqtt *m)
{
    return !m->acknowledged && *m->o.ca_file != '\0';
}

/* After a call into the library: rc is what it returned. */
static void settle(struct mqtt *m, int rc)
{
    if (m->state == MQTT_ENDING)
        return;
    if (rc != MOSQ_ERR_SUCCESS || m->closed) {
        mqtt_lost(m, m->why[0] != '\0' ? m->why : mosquitto_strerror(rc));
        return;
    }
    if (!m->on_write || !mosquitto_want_write(m->client))
        return;
    if (is_handshake(m))
        loop_timer_set(m->poke, POKE_MS);
    else
        event_add(m->on_write, NULL);
}

/* Read until the socket is empty; the library takes one packet a call, and where there is none it
 * leaves errno as its read did. What comes of it is written by the flush. */
static void readable(evutil_socket_t fd, short what, void *arg)
{
    struct mqtt *m = arg;
    int rc = MOSQ_ERR_SUCCESS;
    bool empty = false;
    (void)fd;
    (void)what;
    int64_t until = loop_monotonic_us() + READ_US;
    for (int i = 0; i < READS_A_TURN && rc == MOSQ_ERR_SUCCESS && !m->closed && !empty; i++) {
        if (i % READS_A_LOOK == READS_A_LOOK - 1 && loop_monotonic_us() >= until)
            break;
        uint64_t taken = m->taken;
        errno = 0;
        rc = mosquitto_loop_read(m->client, 1);
        /* After a message errno may be anybody's. */
        empty = taken == m->taken && (errno == EAGAIN || errno == EWOULDBLOCK);
    }
    if (rc == MOSQ_ERR_SUCCESS && !m->closed && mosquitto_want_write(m->client))
        mqtt_io_flush_later(m);
    else
        settle(m, rc);
}

static void writable(evutil_socket_t fd, short what, void *arg)
{
    struct mqtt *m = arg;
    int rc = MOSQ_ERR_SUCCESS;
    (void)fd;
    (void)what;
    if (is_handshake(m))
        rc = mosquitto_loop_read(m->client, 1);
    if (rc == MOSQ_ERR_SUCCESS && !m->closed)
        rc = mosquitto_loop_write(m->client, 1);
    settle(m, rc);
}

static void flush(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    mqtt_io_flush(arg);
}

void mqtt_io_flush(struct mqtt *m)
{
    m->flush_set = false;
    if (m->client && m->on_write && !m->closed)
        settle(m, mosquitto_loop_write(m->client, 1));
    else if (m->client && m->closed)
        settle(m, MOSQ_ERR_CONN_LOST);
}

void mqtt_io_flush_later(struct mqtt *m)
{
    if (m->flush_set)
        return;
    m->flush_set = true;
    event_active(m->on_flush, 0, 0);
}

void mqtt_io_poke(void *arg)
{
    struct mqtt *m = arg;
    if (m->on_write)
        event_add(m->on_write, NULL);
}

void mqtt_io_second(struct mqtt *m)
{
    int rc = mosquitto_loop_misc(m->client);
    if (rc == MOSQ_ERR_SUCCESS && !m->closed && mosquitto_want_write(m->client))
        rc = mosquitto_loop_write(m->client, 1);
    settle(m, rc);
}

/* Watch the socket of the connection that was just begun. */
static int watch(struct mqtt *m)
{
    struct event_base *base = loop_base(m->loop);
    int fd = mosquitto_socket(m->client);
    m->on_read = event_new(base, fd, EV_READ | EV_PERSIST, readable, m);
    m->on_write = event_new(base, fd, EV_WRITE, writable, m);
    if (!m->on_flush)
        m->on_flush = event_new(base, -1, 0, flush, m);
    if (!m->on_read || !m->on_write || !m->on_flush)
        return -1;
    return event_add(m->on_read, NULL) < 0 || event_add(m->on_write, NULL) < 0 ? -1 : 0;
}

void mqtt_io_connect(struct mqtt *m)
{
    int rc = mosquitto_connect_async(m->client, m->o.host, m->o.port, m->o.keepalive_s);
    int error = errno;
    if (rc != MOSQ_ERR_SUCCESS)
        mqtt_lost(m, rc == MOSQ_ERR_ERRNO ? strerror(error) : mosquitto_strerror(rc));
    else if (m->closed)
        mqtt_lost(m, m->why);
    else if (watch(m) < 0)
        mqtt_lost(m, "no memory to watch the socket");
}

void mqtt_io_unwatch(struct mqtt *m)
{
    if (m->on_read)
        event_free(m->on_read);
    if (m->on_write)
        event_free(m->on_write);
    m->on_read = NULL;
    m->on_write = NULL;
}
