/* SPDX-License-Identifier: Apache-2.0 */
/* TLS of a stream; nothing else knows OpenSSL. */
#include <arpa/inet.h>
#include <errno.h>
#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <event2/util.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "io/stream_internal.h"

struct stream_tls {
    SSL_CTX *context;
    char *name; /* in the certificate */
};

static bool is_set(const char *text)
{
    return text && *text != '\0';
}

/* OpenSSL's own errors do not tell a missing file from a wrong one, and it would wait for a pipe.
 */
static int check_file(const char *path, char why[STREAM_WHY_MAX])
{
    struct stat st;
    int fd = is_set(path) ? file_open(path, &st) : -1;
    if (!is_set(path))
        return 0;
    if (fd < 0) {
        snprintf(why, STREAM_WHY_MAX, "cannot read %.150s: %s; check the path and its rights", path,
                 strerror(errno));
        return -1;
    }
    close(fd);
    return 0;
}

/* A key with a pass phrase would be asked for at the terminal. */
static int no_pass_phrase(char *out, int size, int writing, void *arg)
{
    (void)out;
    (void)size;
    (void)writing;
    (void)arg;
    return -1;
}

static int load_authorities(SSL_CTX *c, const char *path, char why[STREAM_WHY_MAX])
{
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
    int ok = is_set(path) ? SSL_CTX_load_verify_file(c, path) : SSL_CTX_set_default_verify_paths(c);
    if (ok == 1)
        return 0;
    snprintf(why, STREAM_WHY_MAX, "%.150s has no certificate of an authority; write PEM into it",
             is_set(path) ? path : "the system");
    return -1;
}

static int load_own(SSL_CTX *c, const struct stream_options *o, char why[STREAM_WHY_MAX])
{
    if (!is_set(o->cert_file) && !is_set(o->key_file))
        return 0;
    SSL_CTX_set_default_passwd_cb(c, no_pass_phrase);
    if (!is_set(o->cert_file) || !is_set(o->key_file))
        snprintf(why, STREAM_WHY_MAX, "give tls_cert_file and tls_key_file both or none");
    else if (SSL_CTX_use_certificate_chain_file(c, o->cert_file) != 1)
        snprintf(why, STREAM_WHY_MAX, "%.150s has no usable certificate; write PEM into it",
                 o->cert_file);
    else if (SSL_CTX_use_PrivateKey_file(c, o->key_file, SSL_FILETYPE_PEM) != 1)
        snprintf(why, STREAM_WHY_MAX,
                 "%.120s has no key for the certificate in tls_cert_file; write it as PEM, without "
                 "a pass phrase",
                 o->key_file);
    else
        return 0;
    return -1;
}

static int set_up(struct stream_tls *t, const struct stream_options *o, char why[STREAM_WHY_MAX])
{
    t->name = strdup(is_set(o->tls_name) ? o->tls_name : o->host);
    t->context = t->name ? SSL_CTX_new(TLS_client_method()) : NULL;
    if (!t->context || SSL_CTX_set_min_proto_version(t->context, TLS1_2_VERSION) != 1) {
        snprintf(why, STREAM_WHY_MAX, "no memory for TLS; free some");
        return -1;
    }
    if (check_file(o->ca_file, why) < 0 || check_file(o->cert_file, why) < 0 ||
        check_file(o->key_file, why) < 0)
        return -1;
    return load_authorities(t->context, o->ca_file, why) < 0 ? -1 : load_own(t->context, o, why);
}

struct stream_tls *stream_tls_new(const struct stream_options *o, char why[STREAM_WHY_MAX])
{
    struct stream_tls *t = calloc(1, sizeof *t);
    snprintf(why, STREAM_WHY_MAX, "no memory for TLS; free some");
    if (!t)
        return NULL;
    int r = set_up(t, o, why);
    ERR_clear_error();
    if (r == 0) {
        why[0] = '\0';
        return t;
    }
    stream_tls_free(t);
    return NULL;
}

void stream_tls_free(struct stream_tls *t)
{
    if (!t)
        return;
    SSL_CTX_free(t->context);
    free(t->name);
    free(t);
}

/* Whose certificate do we want to see? An address is checked as such, and is not sent as a name. */
static int expect_name(SSL *ssl, const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name);
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    return SSL_set1_host(ssl, name) == 1 && SSL_set_tlsext_host_name(ssl, name) == 1;
}

struct bufferevent *stream_tls_open(struct stream_tls *t, struct event_base *base, int fd)
{
    SSL *ssl = SSL_new(t->context);
    if (!ssl || !expect_name(ssl, t->name)) {
        SSL_free(ssl);
        return NULL;
    }
    return bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_CONNECTING,
                                          BEV_OPT_CLOSE_ON_FREE);
}

/* The first error of OpenSSL's own; later ones are what it led to. 0 if there was none. */
static unsigned long first_error(struct bufferevent *bev)
{
    unsigned long found = 0, error;
    while ((error = bufferevent_get_openssl_error(bev)) != 0) {
        if (ERR_GET_LIB(error) == ERR_LIB_SSL)
            found = error;
    }
    return found;
}

/* Their certificate is no good to us. */
static void why_refused(const struct stream_tls *t, long verdict, char why[STREAM_WHY_MAX])
{
    const char *text = X509_verify_cert_error_string(verdict);
    switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        snprintf(why, STREAM_WHY_MAX,
                 "the server's certificate is not for %.80s; set tls_name to a name in it, if it "
                 "is the right server",
                 t->name);
        return;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
        snprintf(why, STREAM_WHY_MAX,
                 "the server's certificate: %.60s; its owner must renew it, or the clock here is "
                 "wrong",
                 text);
        return;
    default:
        snprintf(why, STREAM_WHY_MAX,
                 "the server's certificate: %.80s; set tls_ca_file to the certificate of its "
                 "authority",
                 text);
    }
}

/* The server refused ours, or does not speak as we do. */
static void why_failed(unsigned long error, char why[STREAM_WHY_MAX])
{
    const char *text = ERR_reason_error_string(error);
    switch (ERR_GET_REASON(error)) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE:
        text = "the server refused us: if it wants a certificate of ours, set tls_cert_file and "
               "tls_key_file; else it knows no cipher of ours";
        break;
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
    case SSL_R_TLSV1_ALERT_ACCESS_DENIED:
        snprintf(why, STREAM_WHY_MAX,
                 "the server does not accept our certificate (%.60s); set tls_cert_file and "
                 "tls_key_file to what its owner has signed",
                 text);
        return;
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
        text = "the server does not speak TLS there; check the port, or set tls = no";
        break;
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
        text = "the server speaks no TLS 1.2 or newer; its owner must allow it";
        break;
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
        text = "the peer closed the connection";
        break;
    default:
        snprintf(why, STREAM_WHY_MAX, "TLS failed: %.120s", text ? text : "no reason given");
        return;
    }
    snprintf(why, STREAM_WHY_MAX, "%s", text);
}

void stream_tls_why(const struct stream_tls *t, struct bufferevent *bev, char why[STREAM_WHY_MAX])
{
    int error = EVUTIL_SOCKET_ERROR();
    long verdict = SSL_get_verify_result(bufferevent_openssl_get_ssl(bev));
    unsigned long first = first_error(bev);
    if (verdict != X509_V_OK)
        why_refused(t, verdict, why);
    else if (first != 0)
        why_failed(first, why);
    else
        snprintf(why, STREAM_WHY_MAX, "the connection broke: %s",
                 error ? strerror(error) : "no reason given");
}

void stream_tls_close(struct bufferevent *bev)
{
    SSL *ssl = bufferevent_openssl_get_ssl(bev);
    if (SSL_is_init_finished(ssl))
        SSL_shutdown(ssl);
    ERR_clear_error();
}
