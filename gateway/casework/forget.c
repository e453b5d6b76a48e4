/* SPDX-License-Identifier: Apache-2.0 */
/* `mekongline forget`: its words, and whom they mean. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "casework/casework.h"
#include "casework/forget.h"
#include "casework/shared.h"
#include "core/session.h"
#include "text/msisdn.h"

enum { SECRET_LEAST = 32, TYPED_MAX = 64 };

static const char COMMAND[] = "forget";

static const char help[] =
    "Usage: mekongline forget MSISDN -c FILE\n"
    "Remove a person: the session in Redis, requests in this gateway's journal, what running\n"
    "gateways remember; and order the case work to remove number and text of the cases.\n"
    "  MSISDN   digits with the country code, with or without + and spaces; - reads them from\n"
    "           the standard input, so that they stand in no list of processes\n"
    "  -c FILE  the configuration of a gateway; run it on each gateway that has a journal\n"
    "Exit status: 0 done, 1 a place could not be reached (run it again), 2 wrong words.\n";

/* Digits of what was typed. Returns 0, or -1 if it is no number. */
static int read_number(const char *typed, char out[MSISDN_MAX + 1])
{
    size_t n = 0;
    const char *s = typed + strspn(typed, " ");
    s += *s == '+';
    for (; *s != '\0' && *s != '\n'; s++) {
        if (*s == ' ')
            continue;
        if (n == MSISDN_MAX)
            return -1;
        out[n++] = *s;
    }
    out[n] = '\0';
    return msisdn_valid(out, n) ? 0 : -1;
}

static int name_person(const struct conf *c, const char *msisdn, struct person *p,
                       char why[CONF_ERROR_MAX])
{
    char secret[SHARED_SECRET_MAX];
    snprintf(why, CONF_ERROR_MAX, "gateway.secret_file is not set; use a gateway's configuration");
    if (c->gateway_secret_file[0] == '\0')
        return -1;
    int n = conf_read_secret(c->gateway_secret_file, secret, sizeof secret, why);
    if (n < 0)
        return -1;
    snprintf(why, CONF_ERROR_MAX, "gateway.secret_file holds fewer than 32 octets");
    if (n >= SECRET_LEAST) {
        session_key(secret, (size_t)n, msisdn, p->key);
        request_subject(secret, (size_t)n, msisdn, p->subject);
    }
    explicit_bzero(secret, sizeof secret);
    return n >= SECRET_LEAST ? 0 : -1;
}

/* Go everywhere, also if one place cannot be reached. */
static int forget_all(const struct conf *c, const struct person *p)
{
    int failed = forget_session(c, p);
    failed |= forget_requests(c, p);
    failed |= forget_memory(c, p);
    int status = shared_flush(COMMAND);
    return failed ? shared_fail(COMMAND, "not everything was reached; run it again") : status;
}

/* Read the words. Returns -1 to go on, else the exit status. */
static int read_words(int argc, char **argv, const char **path)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'}, {0}};
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            *path = optarg;
        else if (o == 'h')
            return fputs(help, stdout) < 0;
        else
            return shared_usage(help);
    }
    return !*path || optind == argc ? shared_usage(help) : -1;
}

/* The words behind the options are parts of one number. */
static int read_person(int argc, char **argv, char msisdn[MSISDN_MAX + 1])
{
    char typed[TYPED_MAX] = "";
    if (strcmp(argv[optind], "-") == 0)
        return fgets(typed, sizeof typed, stdin) ? read_number(typed, msisdn) : -1;
    for (int i = optind; i < argc; i++) {
        size_t n = strlen(typed);
        if (snprintf(typed + n, sizeof typed - n, "%s ", argv[i]) >= (int)(sizeof typed - n))
            return -1;
    }
    return read_number(typed, msisdn);
}

int casework_forget(int argc, char **argv)
{
    char why[CONF_ERROR_MAX], msisdn[MSISDN_MAX + 1];
    const char *path = NULL;
    struct conf c;
    struct person p;
    int status = read_words(argc, argv, &path);
    if (status >= 0)
        return status;
    if (read_person(argc, argv, msisdn) < 0)
        return shared_usage("mekongline forget: that is no phone number; write 6 to 15 digits with "
                            "the country code\n");
    if (conf_load(path, &c, why) < 0)
        return shared_usage(why);
    if (name_person(&c, msisdn, &p, why) < 0)
        return shared_fail(COMMAND, why);
    signal(SIGPIPE, SIG_IGN);
    return forget_all(&c, &p);
}
