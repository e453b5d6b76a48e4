#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a step costs by language and by kind of screen: articles, which are ready when content is compiled, and screens that are made for the worker
# who asks. README.md says what the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/screens.sh [--quick] [--runs N] [--tcp] [--qos 1] [--keep FILE]

The options are those of run.sh.
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
window=512
broker_pid=
redis_pid=
subject_pid=
first=0

clean_up() {
    trap '' INT TERM HUP
    stop "$subject_pid"
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

# A dialogue a line: its name and the answers after the dial. The first answer is the language's place on its screen.
dialogues() {
    cat <<'TEXT'
article-lo 1,1,1,0
article-th 2,1,1,0
article-km 3,1,1,0
article-my 4,1,1,0
article-vi 5,1,1,0
article-zh 6,1,1,0
article-en 7,1,1,0
centres-en 7,6,2,1,0
fees-my 4,2,1,1,1,1,500
fees-en 7,2,1,1,1,1,500
TEXT
}

# One measure of one dialogue; adds "NAME WINDOW name=value..." to the results.
measure() {
    rc=0
    line=$("$bin/bench_load" -w "$window" -n "$steps" -u $((steps / 10)) -f "$first" -a "$2" -p "self=$subject_pid" \
        -p "broker=$broker_pid" -p "redis=$redis_pid" -q "$qos" "$broker_at") || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on the gateway with $1."
    first=$((first + steps))
    printf '%s %s %s\n' "$1" "$window" "$line" >>"$folder/results"
    [ ! -t 2 ] || printf '.' >&2
}

# The order changes from run to run.
measure_all() {
    run=1
    while [ "$run" -le "$runs" ]; do
        order="cat"
        [ $((run % 2)) = 1 ] || order="tac"
        dialogues | "$order" >"$folder/order"
        while read -r name answers; do
            measure "$name" "$answers" </dev/null
        done <"$folder/order"
        run=$((run + 1))
    done
    [ ! -t 2 ] || printf '\n' >&2
}

print_table() {
    echo "Medians of $runs runs on $(nproc) processors, $window dialogues under way. Latencies in us; processor time in us for a step."
    printf '%-12s %9s %8s %8s %9s %8s %8s\n' dialogue steps/s p50 p99 'own time' broker redis
    dialogues | while read -r name _; do
        printf '%-12s %9.0f %8.0f %8.0f %9.1f %8.1f %8.1f\n' "$name" "$(median "$name" "$window" rate)" "$(median "$name" "$window" p50)" \
            "$(median "$name" "$window" p99)" "$(median "$name" "$window" cpu_self)" "$(median "$name" "$window" cpu_broker)" \
            "$(median "$name" "$window" cpu_redis)"
    done
}

read_options "$@"
steps=200000
[ "$quick" = no ] || steps=40000
make_folder
build "$build_packages $test_packages" mekongline bench_load
write_conf "$folder/http.sock"
start_servers
launch_gateway "$folder/mekongline.conf"
measure_all
print_table
[ -z "$keep" ] || cp "$folder/results" "$keep"
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
