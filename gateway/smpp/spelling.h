/* SPDX-License-Identifier: Apache-2.0 */
/* The ways in which SMSCs write one message_id: hexadecimal or decimal, leading zeros or none,
 * capitals or not. */
#ifndef ML_SMPP_SPELLING_H
#define ML_SMPP_SPELLING_H

#include "smpp/pdu.h"

enum { SPELLING_FORMS = 3 };

/* An id (at most PDU_ID_MAX octets) in capitals and without leading zeros; zero is "0". */
void spelling_plain(const char *id, char out[PDU_ID_MAX + 1]);

/* The plain forms that another spelling of this id may have, all different: its own, that of the
 * number in hexadecimal if it can be read as decimal, and in decimal if it can be read as
 * hexadecimal. Numbers over 64 bits have their own alone. Two spellings are alike if the plain form
 * of one is among the forms of the other. Returns how many. */
size_t spelling_forms(const char *id, char out[SPELLING_FORMS][PDU_ID_MAX + 1]);

#endif
