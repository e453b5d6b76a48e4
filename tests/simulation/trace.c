/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation/trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "simulation/sim.h"

static const char *const meaning[] = {
#define HAPPEN(name, meaning) meaning,
#include "simulation/happens.def"
#undef HAPPEN
};

unsigned tally_print(const struct tally *t)
{
    unsigned never = 0;
    for (unsigned i = 0; i < HAPPENS; i++) {
        printf("%10" PRIu64 "  %s\n", t->happened[i], meaning[i]);
        never += t->happened[i] == 0;
    }
    printf("%" PRIu64 " seeds, %" PRIu64 " dialogues, %" PRIu64 " messages, %" PRIu64 " events\n",
           t->seeds, t->dialogues, t->messages, t->events);
    return never;
}

void trace_write(struct sim *s, const char *format, ...)
{
    struct trace *t = s->trace;
    char *line = t->line[t->count++ % TRACE_LINES];
    int64_t ms = s->now % (24 * 3600 * 1000);
    int n = snprintf(line, TRACE_WIDTH, "%02d:%02d:%02d.%03d ", (int)(ms / 3600000),
                     (int)(ms / 60000 % 60), (int)(ms / 1000 % 60), (int)(ms % 1000));
    va_list args;
    va_start(args, format);
    vsnprintf(line + n, (size_t)(TRACE_WIDTH - n), format, args);
    va_end(args);
    for (char *p = line; *p != '\0'; p++)
        *p = *p == '\n' ? '/' : *p;
    if (t->verbose)
        puts(line);
}

static void show_history(const struct trace *t)
{
    uint64_t first = t->count > TRACE_LINES ? t->count - TRACE_LINES : 0;
    for (uint64_t i = first; !t->verbose && i < t->count; i++)
        puts(t->line[i % TRACE_LINES]);
}

/* Nobody wrote the history down: the seed is lived through once more. */
static void live_again(const struct sim *s)
{
    struct tally *tally = sim_alloc(sizeof *tally);
    struct trace *t = sim_alloc(sizeof *t);
    tally->dialogues = s->dialogues_before;
    sim_run(s->seed, s->stage, tally, t);
    printf("seed %" PRIu64 ": the second time all went well; it is not the same history\n",
           s->seed);
    fflush(stdout);
    _exit(3);
}

noreturn void trace_fail(struct sim *s, const char *format, ...)
{
    va_list args;
    if (!s->trace)
        live_again(s);
    show_history(s->trace);
    printf("seed %" PRIu64 ": ", s->seed);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n(after %" PRIu64 " dialogues in this run; simulation --seed %" PRIu64
           " --verbose shows all of it)\n",
           s->tally->dialogues, s->seed);
    fflush(stdout);
    _exit(2);
}
