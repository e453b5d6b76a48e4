/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of ours into libraries that say when they have no memory: they count as allocations. The
 * libraries' own calls are not touched. */
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <mosquitto.h>
#include <openssl/ssl.h>

#include "support/failing.h"

#define WRAP(type, failure, name, parameters, arguments)                                           \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        return failing_hits() ? (failure) : __real_##name arguments;                               \
    }

WRAP(struct event_config *, NULL, event_config_new, (void), ())
WRAP(struct event_base *, NULL, event_base_new_with_config, (const struct event_config *c), (c))
WRAP(struct event *, NULL, event_new,
     (struct event_base * base, evutil_socket_t fd, short what, event_callback_fn fn, void *arg),
     (base, fd, what, fn, arg))
WRAP(struct bufferevent *, NULL, bufferevent_socket_new,
     (struct event_base * base, evutil_socket_t fd, int options), (base, fd, options))
WRAP(struct evconnlistener *, NULL, evconnlistener_new_bind,
     (struct event_base * base, evconnlistener_cb cb, void *arg, unsigned flags, int backlog,
      const struct sockaddr *sa, int len),
     (base, cb, arg, flags, backlog, sa, len))
WRAP(struct evhttp *, NULL, evhttp_new, (struct event_base * base), (base))
WRAP(struct evhttp_bound_socket *, NULL, evhttp_bind_listener,
     (struct evhttp * http, struct evconnlistener *listener), (http, listener))

WRAP(struct evbuffer *, NULL, evbuffer_new, (void), ())
WRAP(int, -1, evbuffer_add, (struct evbuffer * b, const void *data, size_t len), (b, data, len))
WRAP(unsigned char *, NULL, evbuffer_pullup, (struct evbuffer * b, ev_ssize_t len), (b, len))
WRAP(int, -1, bufferevent_write, (struct bufferevent * b, const void *data, size_t len),
     (b, data, len))
WRAP(struct evdns_base *, NULL, evdns_base_new, (struct event_base * base, int flags),
     (base, flags))
WRAP(char *, NULL, evhttp_uriencode, (const char *text, ev_ssize_t len, int plus),
     (text, len, plus))
WRAP(struct evhttp_uri *, NULL, evhttp_uri_parse, (const char *text), (text))

WRAP(SSL_CTX *, NULL, SSL_CTX_new, (const SSL_METHOD *method), (method))
WRAP(SSL *, NULL, SSL_new, (SSL_CTX * context), (context))
/* It frees what it was given when it fails. */
WRAP(struct bufferevent *, (SSL_free(ssl), NULL), bufferevent_openssl_socket_new,
     (struct event_base * base, evutil_socket_t fd, SSL *ssl, enum bufferevent_ssl_state state,
      int options),
     (base, fd, ssl, state, options))

WRAP(struct mosquitto *, NULL, mosquitto_new, (const char *id, bool clean, void *arg),
     (id, clean, arg))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_will_set,
     (struct mosquitto * m, const char *topic, int len, const void *payload, int qos, bool retain),
     (m, topic, len, payload, qos, retain))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_username_pw_set,
     (struct mosquitto * m, const char *name, const char *password), (m, name, password))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_connect_async,
     (struct mosquitto * m, const char *host, int port, int keepalive), (m, host, port, keepalive))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_subscribe_multiple,
     (struct mosquitto * m, int *mid, int n, char *const *const filters, int qos, int options,
      const mosquitto_property *props),
     (m, mid, n, filters, qos, options, props))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_publish_v5,
     (struct mosquitto * m, int *mid, const char *topic, int len, const void *payload, int qos,
      bool retain, const mosquitto_property *props),
     (m, mid, topic, len, payload, qos, retain, props))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_property_add_binary,
     (mosquitto_property * *props, int id, const void *value, uint16_t len),
     (props, id, value, len))
WRAP(int, MOSQ_ERR_NOMEM, mosquitto_property_add_int32,
     (mosquitto_property * *props, int id, uint32_t value), (props, id, value))

WRAP(redisAsyncContext *, NULL, redisAsyncConnectUnix, (const char *path), (path))
WRAP(redisAsyncContext *, NULL, redisAsyncConnect, (const char *host, int port), (host, port))
WRAP(int, REDIS_ERR, redisAsyncCommandArgv,
     (redisAsyncContext * c, redisCallbackFn *fn, void *arg, int argc, const char **argv,
      const size_t *lens),
     (c, fn, arg, argc, argv, lens))
WRAP(int, REDIS_ERR, redisAsyncSetConnectCallback,
     (redisAsyncContext * c, redisConnectCallback *fn), (c, fn))
WRAP(int, REDIS_ERR, redisAsyncSetDisconnectCallback,
     (redisAsyncContext * c, redisDisconnectCallback *fn), (c, fn))
