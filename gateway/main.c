/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline: serve | check | content | phone | … Each command parses its words and runs; the table
 * below is the list. */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "base/conf.h"
#include "casework/casework.h"
#include "daemon/daemon.h"
#include "desk/desk.h"
#include "doctor/doctor.h"
#include "doctor/drain.h"
#include "doctor/support.h"
#include "handlers/table.h"
#include "phone/phone.h"
#include "publish/publish.h"
#include "volumes/command.h"

enum { EXIT_USAGE = 2 };

static int usage(const char *text)
{
    fputs(text, stderr);
    return EXIT_USAGE;
}

static int serve(int argc, char **argv)
{
    static const char help[] =
        "Usage: mekongline serve -c FILE [--help | --example]\n"
        "Run the gateway until SIGTERM; SIGHUP reads configuration and content anew.\n"
        "  -c FILE     the configuration\n"
        "  --example   print a configuration with every option, and stop\n";
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'},
        {"help", no_argument, NULL, 'h'},
        {"example", no_argument, NULL, 'e'},
        {0},
    };
    const char *path = NULL;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            path = optarg;
        else if (o == 'e')
            return conf_write_example(stdout, CONF_MEKONGLINE) < 0;
        else if (o == 'h')
            return fputs(help, stdout) < 0 || fputs("\nOptions of the file:\n", stdout) < 0 ||
                   conf_write_help(stdout, CONF_MEKONGLINE) < 0;
        else
            return usage(help);
    }
    struct handler_table handlers = handlers_all();
    return path ? daemon_serve(path, &handlers) : usage(help);
}

static int check(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    return desk_check(argc, argv, &handlers);
}

static int content(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    if (argc > 1 && strcmp(argv[1], "publish") == 0)
        return publish_content(argc - 1, argv + 1, &handlers);
    if (argc > 1 && strcmp(argv[1], "published") == 0)
        return publish_show(argc - 1, argv + 1);
    return desk_content(argc, argv, &handlers);
}

static int phone(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    return phone_main(argc, argv, &handlers);
}

static int doctor(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    return doctor_command(argc, argv, &handlers);
}

static int support(int argc, char **argv)
{
    struct handler_table handlers = handlers_all();
    return support_command(argc, argv, &handlers);
}

static int version(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return puts("mekongline " ML_VERSION) < 0;
}

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"serve", serve, "run the gateway"},
    {"drain", drain_command, "let the running gateway finish what is in hand, and leave"},
    {"check", check, "check content, and say what is wrong where"},
    {"content", content, "publish content; export texts for translators, import what they made"},
    {"phone", phone, "a phone in the terminal, to try it"},
    {"receive-requests", casework_receive, "store requests for help; list, open and set the cases"},
    {"journal", casework_journal, "print what waits in the journal of requests for help"},
    {"volumes", volumes_command, "how much was served, by hour, carrier, language, screen"},
    {"doctor", doctor, "look at what a gateway needs, and say what to do"},
    {"support", support, "what somebody who helps needs to know, and nothing about people"},
    {"forget", casework_forget, "remove a person everywhere"},
    {"version", version, "print the version"},
};

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    for (size_t i = 0; argc > 1 && i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    FILE *out = argc > 1 && strcmp(argv[1], "--help") == 0 ? stdout : stderr;
    fputs("Usage: mekongline COMMAND [--help]\n", out);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %-16s %s\n", commands[i].name, commands[i].help);
    return out == stdout ? 0 : EXIT_USAGE;
}
