/* SPDX-License-Identifier: Apache-2.0 */
/* What can be seen on this machine. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

#include "base/seal.h"
#include "doctor/findings.h"
#include "setup/setup.h"

enum {
    SECRET_MAX = 256,
    SECRET_MIN = 32,
    PATH_OCTETS = 640,
    MEGABYTE = 1 << 20,
    LEAST_MB = 100, /* below, a journal may fail any moment */
    ENOUGH_MB = 1000,
    EPOCH_YEAR = 1900,
    FIRST_YEAR = 2026 /* no program of ours ran before */
};

void doctor_clock(struct doctor *d)
{
    struct timex t = {0};
    struct tm tm;
    time_t now = time(NULL);
    char text[32] = "";
    if (gmtime_r(&now, &tm))
        strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &tm);
    if (tm.tm_year + EPOCH_YEAR < FIRST_YEAR)
        doctor_bad(d, "it is %s: set the clock; deadlines and days of review depend on it", text);
    else if (adjtimex(&t) == TIME_ERROR || (t.status & STA_UNSYNC))
        doctor_note(d,
                    "it is %s; no time server keeps it right: install systemd-timesyncd or chrony",
                    text);
    else
        doctor_well(d, "it is %s, kept by a time server", text);
}

void doctor_secret(struct doctor *d)
{
    char why[CONF_ERROR_MAX], secret[SECRET_MAX];
    const char *path = d->conf->gateway_secret_file;
    int len = path[0] ? conf_read_secret(path, secret, sizeof secret, why) : 0;
    explicit_bzero(secret, sizeof secret);
    if (path[0] == '\0')
        doctor_bad(d, "gateway.secret_file is not set: name a file of at least %d octets",
                   SECRET_MIN);
    else if (len < 0)
        doctor_bad(d, "%s", why);
    else if (len < SECRET_MIN)
        doctor_bad(d, "%s has %d octets: it must have at least %d", path, len, SECRET_MIN);
    else
        doctor_well(d, "%s can be read by this user alone", path);
}

void doctor_content(struct doctor *d)
{
    struct setup_layouts layouts;
    struct findings *findings = findings_new();
    const char *folder = d->conf->gateway_content;
    struct catalog *c = NULL;
    if (findings && setup_layouts(d->conf, &layouts) == 0)
        c = setup_catalog(d->conf, &layouts, d->handlers, setup_today(), findings);
    size_t errors = findings_count(findings, FINDING_ERROR);
    if (c)
        doctor_well(d, "%s is version %s, with %zu warnings", folder, catalog_version(c),
                    findings_count(findings, FINDING_WARNING));
    else
        doctor_bad(d, "%s has %zu errors: run mekongline check %s", folder, errors, folder);
    catalog_unref(c);
    findings_free(findings);
}

/* How much room a folder has, and may we write there? */
static void look_at_folder(struct doctor *d, const char *folder)
{
    struct statvfs disk;
    if (access(folder, W_OK | X_OK) < 0 || statvfs(folder, &disk) < 0) {
        doctor_bad(d, "%s cannot be written: %s; make it, and give it to the gateway's user",
                   folder, strerror(errno));
        return;
    }
    unsigned long long free_mb = (unsigned long long)disk.f_bavail * disk.f_frsize / MEGABYTE;
    if (free_mb < LEAST_MB)
        doctor_bad(d, "%s has %llu MB left: free space", folder, free_mb);
    else if (free_mb < ENOUGH_MB)
        doctor_note(d, "%s has %llu MB left", folder, free_mb);
    else
        doctor_well(d, "%s can be written, and has %llu MB left", folder, free_mb);
}

void doctor_store(struct doctor *d)
{
    const char *folder = d->conf->gateway_content_store;
    char parent[PATH_OCTETS];
    if (folder[0] == '\0') {
        doctor_note(d, "gateway.content_store is not set: after a restart without the broker, what "
                       "was published is forgotten");
        return;
    }
    snprintf(parent, sizeof parent, "%s", folder);
    char *slash = strrchr(parent, '/');
    if (access(folder, F_OK) < 0 && slash && slash != parent)
        *slash = '\0'; /* the gateway makes the folder itself */
    look_at_folder(d, parent);
}

void doctor_keys(struct doctor *d)
{
    struct seal_public key;
    char why[SEAL_ERROR_MAX];
    const char *path = d->conf->request_public_key_file;
    if (path[0] == '\0')
        doctor_note(d,
                    "request.public_key_file is not set: workers get the phone channels instead of "
                    "a case number");
    else if (seal_read_public(path, &key, why) < 0)
        doctor_bad(d, "%s", why);
    else
        doctor_well(d, "%s is a public key", path);
    path = d->conf->receiver_secret_key_file;
    if (path[0] && access(path, R_OK) == 0)
        doctor_note(d, "this user can read %s, which opens every number: only the console needs it",
                    path);
}

void doctor_journal(struct doctor *d)
{
    char folder[PATH_OCTETS];
    struct stat st;
    const char *path = d->conf->request_journal;
    snprintf(folder, sizeof folder, "%s", path);
    char *slash = strrchr(folder, '/');
    if (path[0] == '\0') {
        doctor_note(d, "request.journal is not set: no requests for help are taken");
        return;
    }
    if (slash)
        *(slash == folder ? slash + 1 : slash) = '\0';
    if (stat(path, &st) == 0 && (access(path, R_OK | W_OK) < 0 || (st.st_mode & 077)))
        doctor_bad(d,
                   "%s: this user, and nobody else, must be able to read and write it: chmod 600, "
                   "chown",
                   path);
    look_at_folder(d, slash ? folder : ".");
}
