/* SPDX-License-Identifier: Apache-2.0 */
/* mekongline-smpp: all carriers of one configuration, each a section [smpp NAME]. */
#ifndef ML_SMPP_BRIDGES_H
#define ML_SMPP_BRIDGES_H

int smpp_main(int argc, char **argv);

#endif
