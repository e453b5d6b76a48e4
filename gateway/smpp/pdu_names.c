/* SPDX-License-Identifier: Apache-2.0 */
#include "smpp/pdu.h"

const char *pdu_command_name(uint32_t command)
{
    switch (command) {
#define COMMAND(name, number, body, answer)                                                        \
    case number:                                                                                   \
        return #name;                                                                              \
    case PDU_RESPONSE | number:                                                                    \
        return #name "_resp";
#include "smpp/command.def"
#undef COMMAND
    case PDU_GENERIC_NACK:
        return "generic_nack";
    default:
        return "other";
    }
}

const char *pdu_status_name(uint32_t status)
{
    switch (status) {
#define STATUS(name, number)                                                                       \
    case number:                                                                                   \
        return #name;
#include "smpp/status.def"
#undef STATUS
    default:
        return "other";
    }
}
