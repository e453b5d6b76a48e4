/* SPDX-License-Identifier: Apache-2.0 */
#include "support/tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS_MAX = 32 };

/* A request, signed by an authority; -days 0 is over at once. */
static const char script[] =
    "set -e; cd \"$FOLDER\"; exec >openssl.log 2>&1\n"
    "key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'\n"
    "echo 'subjectAltName=DNS:smsc.test,IP:127.0.0.1' >names\n"
    "for a in ca other; do\n"
    "  openssl req -x509 $key -keyout $a.key -out $a.pem -subj /CN=$a -days 2\n"
    "done\n"
    "sign() {\n"
    "  openssl req $key -keyout $1.key -out $1.csr -subj /CN=$1\n"
    "  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -CAcreateserial -days $3 \\\n"
    "    -extfile names -out $1.pem\n"
    "}\n"
    "sign server ca 2; sign expired ca 0; sign client ca 2; sign stranger other 2\n";

void tls_certificates(const struct server *s)
{
    setenv("FOLDER", s->folder, 1);
    assert_int_equal(system(script), 0);
    unsetenv("FOLDER");
}

const char *tls_path(const struct server *s, const char *name, char out[SERVER_PATH_MAX])
{
    snprintf(out, SERVER_PATH_MAX, "%s/%s", s->folder, name);
    return out;
}

void tls_start(struct server *s, const char *certificate, const char *const more[])
{
    char name[32], cert[SERVER_PATH_MAX], key[SERVER_PATH_MAX];
    snprintf(name, sizeof name, "%s.pem", certificate);
    tls_path(s, name, cert);
    snprintf(name, sizeof name, "%s.key", certificate);
    tls_path(s, name, key);
    const char *argv[ARGUMENTS_MAX] = {"openssl", "s_server", "-rev", "-unix", s->socket,
                                       "-cert",   cert,       "-key", key};
    for (int i = 9; i < ARGUMENTS_MAX - 1 && more && *more; i++)
        argv[i] = *more++;
    server_start(s, argv);
}
