/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-console: the console for staff. */
#include <locale.h>

#include "console/console.h"
#include "handlers/table.h"

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    struct handler_table handlers = handlers_all();
    return console_main(argc, argv, &handlers);
}
