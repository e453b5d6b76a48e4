/* SPDX-License-Identifier: Apache-2.0 */
/* Two gateways with the shipped content on one store in memory, a journal that answers when the
 * test says so, and all that was published. Time stands still unless the test moves it. */
#ifndef ML_TESTS_SUPPORT_TWO_GATEWAYS_H
#define ML_TESTS_SUPPORT_TWO_GATEWAYS_H

#include "core/dispatch.h"
#include "io/store_memory.h"
#include "setup/setup.h"

enum { OUT_MAX = 256, FILINGS_MAX = 64, MUTED_MAX = 16 };

/* What was published, oldest first. */
struct sent {
    enum mt_kind kind;
    char id[80], re[80], text[2048];
    bool end, refused;
    enum refusal_code code;
};

/* One gateway process. */
struct gateway {
    struct dispatch *dispatch;
    struct metrics *metrics;
    struct volumes *volumes;
    struct world *world;
};

/* What a gateway asked the journal to keep, or the case work to tell. */
struct filing {
    struct gateway *gateway;
    uint64_t txn;
    bool answered; /* at once, with result */
    enum filed result;
    struct request request; /* msisdn and text point to the next two */
    char msisdn[24], text[512];
};

struct asking {
    struct gateway *gateway;
    uint64_t txn;
    struct case_ask ask;
};

/* What a gateway calls outside. */
enum world_port { PORT_LOAD, PORT_SAVE, PORT_PUBLISH, PORT_REFUSE, PORT_FILE, PORT_ASK };

struct world {
    int64_t now;
    struct conf conf;
    struct setup_layouts layouts;
    struct handler_table handlers;
    struct catalog *catalog;
    struct store_memory *store;
    struct gateway a, b;
    struct gateway *asking; /* to whom the store answers */
    struct sent out[OUT_MAX];
    unsigned count;
    bool broker_down;
    bool hold;         /* journal and case work answer when the test says so */
    enum filed result; /* else the journal answers that at once */
    enum case_state state;
    struct filing filings[FILINGS_MAX];
    unsigned filed;
    struct asking asks[FILINGS_MAX];
    unsigned asked;
    /* Must this call fail? NULL: none must. A save that fails is not made, or meets a conflict; or
     * it is lost after it was confirmed. */
    bool (*fails)(void *arg, enum world_port port);
    void *fails_arg;
    bool save_conflicts, save_lost;
    int64_t waited_ms; /* what every message has waited */
    bool mute;         /* loads are answered by world_speak */
    struct muted {
        struct gateway *gateway;
        uint64_t txn;
        char key[PORTS_KEY_MAX];
    } muted[MUTED_MAX];
    unsigned muted_count;
    enum filed file_fails_as;
    enum store_result saved; /* the last save's result */
    unsigned unsaved;        /* saves that failed */
    void *loaded;            /* what the group's set-up has loaded */
};

/* What the gateways derive names from. */
extern const char world_secret[];

/* cmocka's set-up and tear-down: of the group (loads the content once), of a test (state is the
 * struct world). */
int world_load(void **state);
int world_unload(void **state);
int world_open(void **state);
int world_close(void **state);

/* The shipped content once more, as another version: one octet longer. The caller's. */
struct catalog *world_another_content(void);

/* Stop a gateway and begin anew with its configuration: it has forgotten all. */
void world_restart(struct gateway *g);

/* Give an MO of 8562055512345 to a gateway; returns the last message that was published, or NULL. A
 * begin dials text if that is a code. */
const struct sent *world_give(struct world *w, struct gateway *g, enum mo_kind kind, const char *id,
                              const char *text);

/* The store answers what it was asked while it was mute, and is so no more. */
void world_speak(struct world *w);

/* The last message that was published. */
const struct sent *world_last(const struct world *w);

/* Dial and choose English at gateway a. */
void world_choose_english(struct world *w);

#endif
