/* SPDX-License-Identifier: Apache-2.0 */
/* The case work's end of the requests for help, and what operators do with their journal. */
#ifndef ML_CASEWORK_CASEWORK_H
#define ML_CASEWORK_CASEWORK_H

/* Commands of the program; argv[0] is the command's own name. They return the exit status: 0 done,
 * 1 it could not be done (said on stderr, or logged), 2 wrong words or a fault of the
 * configuration. */

/* `mekongline receive-requests`: the reference receiver. Stores requests and acknowledges them
 * until SIGTERM or SIGINT; or makes its keys, lists, opens and sets its cases. */
int casework_receive(int argc, char **argv);

/* `mekongline journal`: what waits in a gateway's journal. */
int casework_journal(int argc, char **argv);

/* `mekongline forget`: remove a person everywhere. */
int casework_forget(int argc, char **argv);

#endif
