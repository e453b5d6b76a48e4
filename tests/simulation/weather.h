/* SPDX-License-Identifier: Apache-2.0 */
/* How much goes wrong in a seed: some are calm, some are stormy. */
#ifndef ML_SIMULATION_WEATHER_H
#define ML_SIMULATION_WEATHER_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

enum chance {
#define CHANCE(name, most) CHANCE_##name,
#define SPELL(name, often, shortest, longest)
#include "simulation/weather.def"
#undef CHANCE
#undef SPELL
    CHANCES
};

enum spell {
#define CHANCE(name, most)
#define SPELL(name, often, shortest, longest) SPELL_##name,
#include "simulation/weather.def"
#undef CHANCE
#undef SPELL
    SPELLS
};

struct weather {
    uint32_t chance[CHANCES]; /* in a million */
    int64_t often[SPELLS];    /* ms; 0 for never */
};

/* Draw the weather of the seed. */
void weather_draw(struct sim *s);

/* Put the beginnings of all spells into the queue. */
void weather_begin(struct sim *s);

/* Mend everything. */
void weather_end(struct sim *s);

#endif
