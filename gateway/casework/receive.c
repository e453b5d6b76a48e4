/* SPDX-License-Identifier: Apache-2.0 */
/* The words of `mekongline receive-requests`. */
#include <getopt.h>
#include <stdio.h>

#include "casework/casework.h"
#include "casework/receiver.h"
#include "casework/shared.h"
#include "casework/show.h"

static const char help[] =
    "Usage: mekongline receive-requests -c FILE\n"
    "       mekongline receive-requests --make-key FOLDER\n"
    "       mekongline receive-requests -c FILE --list [--json]\n"
    "       mekongline receive-requests -c FILE --show CASE [--key FILE]\n"
    "       mekongline receive-requests -c FILE --set CASE=STATE\n"
    "Receive requests for help until SIGTERM: each is stored in the file of receiver.cases before\n"
    "it is acknowledged, and questions how a case stands are answered.\n"
    "  -c FILE            the configuration\n"
    "  --make-key FOLDER  make the keys of the case work, and say what to set; nothing is "
    "replaced\n"
    "  --list             print the cases, without numbers and texts (--json: as one JSON object)\n"
    "  --show CASE        open a case: number, text and all choices. CASE is its number or id\n"
    "  --key FILE         the secret key; else that of receiver.secret_key_file\n"
    "  --set CASE=STATE   with new, taken, waiting or closed\n"
    "Exit status: 0 done, 1 it could not be done, 2 wrong words.\n";

/* The words of the command line. */
struct wish {
    const char *conf, *make_key, *show, *key, *set;
    bool list, json;
};

static int read_words(int argc, char **argv, struct wish *w)
{
    static const struct option options[] = {{"config", required_argument, NULL, 'c'},
                                            {"help", no_argument, NULL, 'h'},
                                            {"make-key", required_argument, NULL, 'm'},
                                            {"list", no_argument, NULL, 'l'},
                                            {"json", no_argument, NULL, 'j'},
                                            {"show", required_argument, NULL, 's'},
                                            {"key", required_argument, NULL, 'k'},
                                            {"set", required_argument, NULL, 'S'},
                                            {0}};
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        switch (o) {
        case 'c':
            w->conf = optarg;
            break;
        case 'm':
            w->make_key = optarg;
            break;
        case 'l':
            w->list = true;
            break;
        case 'j':
            w->json = true;
            break;
        case 's':
            w->show = optarg;
            break;
        case 'k':
            w->key = optarg;
            break;
        case 'S':
            w->set = optarg;
            break;
        case 'h':
            return fputs(help, stdout) < 0;
        default:
            return shared_usage(help);
        }
    }
    int forms = w->list + !!w->show + !!w->set + !!w->make_key;
    bool astray = (w->json && !w->list) || (w->key && !w->show) || (!w->conf && !w->make_key);
    return optind < argc || forms > 1 || astray ? shared_usage(help) : -1;
}

int casework_receive(int argc, char **argv)
{
    char err[CONF_ERROR_MAX];
    struct wish w = {.conf = NULL};
    struct conf c;
    int status = read_words(argc, argv, &w);
    if (status >= 0)
        return status;
    if (w.make_key)
        return show_make_key(w.make_key);
    if (conf_load(w.conf, &c, err) < 0)
        return shared_usage(err);
    if (w.list)
        return show_list(&c, w.json);
    if (w.show)
        return show_case(&c, w.show, w.key ? w.key : c.receiver_secret_key_file);
    return w.set ? show_set(&c, w.set) : receiver_run(&c);
}
