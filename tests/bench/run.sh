#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure the gateway beside the floor, the least that these libraries allow. README.md says what the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/run.sh [--quick] [--runs N] [--tcp] [--qos 1] [--keep FILE]

  --runs N   how often each program is measured at each window; medians are printed (5)
  --quick    fewer steps, and 3 runs unless --runs says otherwise
  --tcp      TCP to broker and Redis, not Unix sockets
  --qos 1    MQTT at QoS 1
  --keep FILE  leave the result of each measure there, a line each
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
subjects='echo lean tuned floor gateway peer'
backwards='peer gateway floor tuned lean echo'
windows='1 64 512 4096'
broker_pid=
redis_pid=
subject_pid=
first=0
ready_ms=

clean_up() {
    trap '' INT TERM HUP
    stop "$subject_pid"
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

# Usage: start_bench_floor echo|lean|tuned|plain
start_bench_floor() {
    : >"$folder/floor.log" # else the last run's "ready" would still stand there
    redis_of=$redis_at
    [ "$1" != echo ] || redis_of=
    "$bin/bench_floor" "$1" "$qos" "$broker_at" ${redis_of:+"$redis_of"} >"$folder/floor.log" 2>&1 &
    subject_pid=$!
    await "The floor" "$subject_pid" "$folder/floor.log" grep -q ready "$folder/floor.log"
}

start_echo() {
    start_bench_floor echo
}

start_lean() {
    start_bench_floor lean
}

start_tuned() {
    start_bench_floor tuned
}

start_floor() {
    start_bench_floor plain
}

start_peer() {
    : >"$folder/peer.log"
    node "$root/tests/bench/menu_builder/serve.mjs" "$qos" "$broker_at" "$redis_at" >"$folder/peer.log" 2>&1 &
    subject_pid=$!
    await "The peer" "$subject_pid" "$folder/peer.log" grep -q ready "$folder/peer.log"
}

start_gateway() {
    launch_gateway "$folder/mekongline.conf"
    [ -n "$ready_ms" ] || ready_ms=$took_ms
}

# Resident size of the program under test, KiB.
resident() {
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$subject_pid/status"
}

# How many steps to measure at a window.
steps_of() {
    case $quick-$1 in
    no-1) echo 20000 ;;
    no-*) echo 300000 ;;
    yes-1) echo 2000 ;;
    yes-*) echo 40000 ;;
    esac
}

# One measure of one program at one window; adds "PROGRAM WINDOW name=value..." to the results.
measure() {
    subject=$1 window=$2
    steps=$(steps_of "$window")
    redis-cli -s "$folder/redis.sock" flushall >/dev/null
    "start_$subject"
    before=$(resident)
    rc=0
    line=$("$bin/bench_load" -w "$window" -n "$steps" -u $((steps / 10)) -f "$first" -p "self=$subject_pid" \
        -p "broker=$broker_pid" -p "redis=$redis_pid" -q "$qos" "$broker_at") || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on $subject at window $window."
    first=$((first + steps))
    printf '%s %s %s resident=%s loaded=%s\n' "$subject" "$window" "$line" "$before" "$(resident)" >>"$folder/results"
    stop "$subject_pid"
    subject_pid=
    [ ! -t 2 ] || printf '.' >&2
}

# Both programs at all windows; the order changes from run to run, so that no program always goes first.
measure_all() {
    run=1
    while [ "$run" -le "$runs" ]; do
        order=$subjects
        [ $((run % 2)) = 1 ] || order=$backwards
        for window in $windows; do
            for subject in $order; do
                measure "$subject" "$window"
            done
        done
        run=$((run + 1))
    done
    [ ! -t 2 ] || printf '\n' >&2
}

print_row() {
    printf '%6s  %-8s %9.0f %8.0f %8.0f %9.1f %8.1f %8.1f %12s\n' "$2" "$1" "$(median "$1" "$2" rate)" \
        "$(median "$1" "$2" p50)" "$(median "$1" "$2" p99)" "$(median "$1" "$2" cpu_self)" \
        "$(median "$1" "$2" cpu_broker)" "$(median "$1" "$2" cpu_redis)" "$3"
}

print_table() {
    echo "Medians of $runs runs on $(nproc) processors. Latencies in us; processor time in us for a step."
    printf '%6s  %-8s %9s %8s %8s %9s %8s %8s %12s\n' window program steps/s p50 p99 'own time' broker redis gateway/it
    for window in $windows; do
        for subject in $subjects; do
            print_row "$subject" "$window" "$(ratio_of gateway "$subject" "$window")"
        done
    done
    echo
    echo "gateway ready after $ready_ms ms with all content;" \
        "resident $(median gateway 1 resident) KiB, after the load $(median gateway 512 loaded) KiB"
}

read_options "$@"
[ "$quick" = no ] || windows='1 64 512'
make_folder
build "$build_packages $test_packages" mekongline bench_floor bench_load
(cd "$root/tests/bench/menu_builder" && npm ci --loglevel=error >&2) || fail "The peer's packages could not be installed."
write_conf "$folder/http.sock"
start_servers
measure_all
print_table
[ -z "$keep" ] || cp "$folder/results" "$keep"
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
echo "gateway/tuned $(ratio_of gateway tuned 512)"
echo "gateway/peer $(ratio_of gateway peer 512)"
echo "gateway/floor $(ratio_of gateway floor 512)"
