/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-smpp: the bridge to carriers that speak SMPP. */
#include <locale.h>

#include "smpp/bridges.h"

int main(int argc, char **argv)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    return smpp_main(argc, argv);
}
