/* SPDX-License-Identifier: Apache-2.0 */
/* The words of the command line. */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>

#include "console/program.h"

static const char usage[] =
    "Usage: mekongline-console -c FILE [--reset-admin | --help | --example | --version]\n"
    "The console for the staff of Migration Resource Centres: content, requests for help, "
    "volumes.\n"
    "  -c FILE     the configuration\n"
    "  --reset-admin  give `admin` a one-time password, which is printed, and stop\n"
    "  --example   print a configuration with every option, and stop\n"
    "  --version   print the version, and stop\n";

static int print_help(void)
{
    fputs(usage, stdout);
    fputs("\nOptions of the file:\n", stdout);
    return conf_write_help(stdout, CONF_CONSOLE) < 0;
}

int console_main(int argc, char **argv, const struct handler_table *handlers)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"help", no_argument, NULL, 'h'},
        {"example", no_argument, NULL, 'e'},      {"version", no_argument, NULL, 'v'},
        {"reset-admin", no_argument, NULL, 'r'},  {0}};
    const char *path = NULL;
    bool reset = false;
    for (int o; (o = getopt_long(argc, argv, "c:h", options, NULL)) != -1;) {
        if (o == 'c')
            path = optarg;
        else if (o == 'e')
            return conf_write_example(stdout, CONF_CONSOLE) < 0;
        else if (o == 'v')
            return printf("mekongline-console %s\n", ML_VERSION) < 0;
        else if (o == 'h')
            return print_help();
        else if (o == 'r')
            reset = true;
        else
            return fputs(usage, stderr) < 0 ? 1 : 2;
    }
    if (path && optind == argc)
        return reset ? program_reset_admin(path) : program_serve(path, handlers);
    fputs(usage, stderr);
    return 2;
}
