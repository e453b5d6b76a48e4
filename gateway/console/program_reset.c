/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-console --reset-admin: for whoever may write the database's file. */
#include <stdio.h>
#include <stdlib.h>

#include "console/people_module.h"
#include "console/program.h"

static int reset(const struct conf *conf)
{
    char why[CONF_ERROR_MAX] = "there is no memory; end other programs";
    struct clock clock = clock_system();
    struct db *db = NULL;
    int r = -1;
    if (conf->console_db[0] == '\0')
        snprintf(why, sizeof why, "console.db is not set; name the console's file");
    else if (password_begin() == 0 && (db = db_open(conf->console_db, console_tables, why)))
        r = people_reset_admin(db, clock_now(&clock), stdout, why);
    db_close(db);
    if (r < 0)
        fprintf(stderr, "%s\n", why);
    return r < 0 ? 1 : 0;
}

int program_reset_admin(const char *path)
{
    char err[CONF_ERROR_MAX];
    int status = 2;
    struct conf *conf = calloc(1, sizeof *conf);
    if (!conf)
        return 1;
    if (conf_load(path, conf, err) < 0)
        fprintf(stderr, "%s\n", err);
    else
        status = reset(conf);
    free(conf);
    return status;
}
