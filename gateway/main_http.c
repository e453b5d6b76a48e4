/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-http: the bridge to aggregators that speak HTTP. */
#include <locale.h>

#include "http/aggregators.h"

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    return http_main(argc, argv);
}
