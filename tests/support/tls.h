/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates and a TLS server for tests, by the openssl command. All fail the test by themselves
 * (cmocka). */
#ifndef ML_TESTS_SUPPORT_TLS_H
#define ML_TESTS_SUPPORT_TLS_H

#include "support/server.h"

/* Make in the server's folder, each NAME.pem with NAME.key: ca and other (authorities); server
 * (for smsc.test and 127.0.0.1), expired (the same, not valid any more) and client, signed by ca;
 * stranger, signed by other. */
void tls_certificates(const struct server *s);

/* The path of a file of the folder. */
const char *tls_path(const struct server *s, const char *name, char out[SERVER_PATH_MAX]);

/* Run `openssl s_server` on the server's socket with this certificate and further arguments (NULL
 * ends them). It gives each line back reversed. */
void tls_start(struct server *s, const char *certificate, const char *const more[]);

#endif
