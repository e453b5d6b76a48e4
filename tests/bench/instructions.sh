#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Instructions that the gateway takes for one step: the whole program under load, counted by callgrind, so that the figure is the same on a busy
# machine. README.md says more.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/instructions.sh [--check] [--keep FILE]

  --check      fail unless the figure is within 3 % of the one in tests/bench/instructions.txt
  --keep FILE  leave callgrind's profile there, for callgrind_annotate
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
window=64 warm_up=2000 steps=10000 tolerance=3
check=no
profile=
broker_pid=
redis_pid=
gateway_pid=

clean_up() {
    trap '' INT TERM HUP
    stop "$gateway_pid"
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

read_words() {
    while [ $# -gt 0 ]; do
        case $1 in
        --check) check=yes ;;
        --keep)
            [ $# -ge 2 ] || { usage >&2 && exit 2; }
            profile=$2
            shift
            ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
        esac
        shift
    done
}

# What happens before the load is not counted.
start_gateway() {
    valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file="$profile" --log-file="$folder/valgrind.log" \
        "$bin/mekongline" serve -c "$folder/mekongline.conf" >"$folder/gateway.log" 2>&1 &
    gateway_pid=$!
    await "The gateway" "$gateway_pid" "$folder/gateway.log" gateway_serves "$folder/gateway.log"
}

# Usage: load STEPS FIRST-SUBSCRIBER. All steps are measured, and settled.
load() {
    "$bin/bench_load" -w "$window" -n "$1" -u 1 -f "$2" "$folder/broker.sock" >>"$folder/results" ||
        fail "The load could not be put on the gateway: $(cat "$folder/results")"
}

count() {
    callgrind_control -i "$1" "$gateway_pid" >"$folder/control.log" 2>&1 ||
        fail "callgrind could not be switched $1: $(cat "$folder/control.log")"
}

measure() {
    load "$warm_up" 0
    count on
    load "$steps" "$warm_up"
    count off
    stop "$gateway_pid"
    gateway_pid=
    total=$(sed -n 's/^totals: \([0-9]*\).*/\1/p' "$profile")
    [ -n "$total" ] || fail "callgrind wrote no profile: $(cat "$folder/valgrind.log")"
    # The steps that were under way when the last one was measured are settled too, and counted.
    figure=$((total / (steps + window)))
}

judge() {
    recorded=$(sed -n '/^[0-9]/p' "$root/tests/bench/instructions.txt")
    off=$((1000 * (figure - recorded) / recorded))
    echo "recorded $recorded; this is $off per mille off"
    [ "${off#-}" -le $((10 * tolerance)) ] ||
        fail "A step takes $figure instructions, $recorded are recorded. If that is meant, write the new figure into tests/bench/instructions.txt."
}

read_words "$@"
make_folder
profile=${profile:-$folder/callgrind.out}
build "$build_packages $test_packages" mekongline bench_load
write_conf "$folder/http.sock"
start_servers
start_gateway
measure
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
[ "$check" = no ] || judge
echo "instructions/step $figure"
