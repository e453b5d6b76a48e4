#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure what the gateway needs, what a new version of the content costs, and what becomes of it all as the work grows. README.md says what
# the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/growth.sh [--quick | --long] [--runs N]

  --runs N   how often each thing is measured; medians are printed (5)
  --quick    fewer steps and subscribers, and 3 runs unless --runs says otherwise
  --long     10 million steps to see whether the gateway grows, instead of 1 million
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
long=no
broker_pid=
redis_pid=
subject_pid=
load_pid=
first=0 # the next subscriber
# In the open loop; fewer than redis.max_inflight, so that a pause is waited out and no step has to go on from memory alone.
at_a_time=2000

clean_up() {
    trap '' INT TERM HUP
    stop "$load_pid"
    stop "$subject_pid"
    stop "$broker_pid"
    stop "$redis_pid"
    [ -z "$folder" ] || rm -rf "$folder"
}

choose_sizes() {
    steps=200000 many=1000000 seconds=10 keys='200000 2000000'
    [ "$long" = no ] || many=10000000
    [ "$quick" = no ] || { steps=30000 many=100000 seconds=2 keys=200000; }
    warm=120000 # more subscribers than gateway.recent_sessions: what the gateway remembers of them is then full
    variants='plain content carriers-10 carriers-32'
}

# Usage: start_gateway VARIANT; sets $ready_ms.
start_gateway() {
    launch_gateway "$folder/$1.conf"
    ready_ms=$took_ms
}

stop_gateway() {
    stop "$subject_pid"
    subject_pid=
}

# Memory of the gateway, KiB: all that is resident, and without the pages of programs and libraries, which are shared.
resident() {
    sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/resident=\1/p; s/^RssAnon:[^0-9]*\([0-9]*\).*/private=\1/p' "/proc/$subject_pid/status" | xargs
}

redis() {
    redis-cli -s "$redis_host" "$@"
}

used_memory() {
    redis info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p'
}

# Put steps on the gateway and add "gateway WHAT name=value..." to the results. Usage: put_load WHAT STEPS [OPTION]...
put_load() {
    what=$1 count=$2
    shift 2
    rc=0
    line=$("$bin/bench_load" -n "$count" -u $((count / 10)) -f "$first" -p "self=$subject_pid" -p "redis=$redis_pid" "$@" \
        "$broker_at") || rc=$?
    [ "$rc" = 0 ] || [ "$rc" = 3 ] || fail "The load could not be put on the gateway ($what)."
    first=$((first + count))
    printf 'gateway %s %s %s\n' "$what" "$line" "$(resident)" >>"$folder/results"
    [ ! -t 2 ] || printf '.' >&2
}

# A configuration for each variant. That of the load's bridge is the last of the carriers.
write_variants() {
    write_conf "$folder/http.sock"
    cp "$folder/mekongline.conf" "$folder/plain.conf"
    node "$root/tests/bench/bigger.mjs" "$root/content" "$folder/content" 4
    "$bin/mekongline" check "$folder/content" >"$folder/check.log" 2>&1 || fail "The bigger content does not pass the check."
    sed "s|^content = .*|content = $folder/content|" "$folder/plain.conf" >"$folder/content.conf"
    for count in 10 32; do
        cp "$folder/plain.conf" "$folder/carriers-$count.conf"
        i=1
        while [ "$i" -le "$count" ]; do
            name=carrier$i
            [ "$i" -lt "$count" ] || name=bench
            printf '\n[carrier %s]\nsms_from = 1234\n' "$name" >>"$folder/carriers-$count.conf"
            i=$((i + 1))
        done
    done
}

# What Redis holds for each of the subscribers who have come since it was empty: their records, by the load itself.
measure_subscribers() {
    redis flushall >/dev/null
    empty=$(used_memory)
    start_gateway plain
    put_load subscribers 100000 -w 64
    stop_gateway
    redis --scan --pattern '*{*}' >"$folder/names"
    sed 's/^/STRLEN /' "$folder/names" | redis | sort -n >"$folder/lengths"
    subscribers=$(wc -l <"$folder/names")
    octets=$((($(used_memory) - empty) / subscribers))
}

# Send SIGHUP again and again until the load is over: each time the configuration is read and the content compiled anew.
swap_content() {
    while kill -0 "$load_pid" 2>/dev/null; do
        sleep 0.7
        kill -HUP "$subject_pid"
    done
}

# Half of the steps that all programs together can do, with content in force that stays (WHAT: quiet), or is replaced (swaps).
measure_pause() {
    start_gateway plain
    put_load "$1" $((half * seconds)) -w "$at_a_time" -r "$half" &
    load_pid=$!
    [ "$1" = quiet ] || swap_content
    wait "$load_pid" || fail "The load could not be put on the gateway ($1)."
    load_pid=
    first=$((first + half * seconds))
    printf 'gateway %s-count steps=0 swaps=%s\n' "$1" "$(($(grep -c content_loaded "$folder/gateway.log") - 1))" >>"$folder/results"
    stop_gateway
}

measure_pauses() {
    half=$(($(median gateway subscribers rate | cut -d. -f1) / 2))
    run=1
    while [ "$run" -le "$runs" ]; do
        measure_pause quiet
        measure_pause swaps
        run=$((run + 1))
    done
}

# Add records as long as those of the load to Redis until it holds so many. Usage: fill_redis KEYS
fill_redis() {
    awk -v from="$filled" -v to="$1" -v length_="$length" 'BEGIN {
        value = sprintf("%" length_ "s", "")
        gsub(/ /, "x", value)
        for (i = from; i < to; i++)
            printf "*5\r\n$3\r\nSET\r\n$37\r\nml:{%032x}\r\n$%d\r\n%s\r\n$2\r\nEX\r\n$8\r\n15552000\r\n", i, length_, value
    }' | redis --pipe >"$folder/fill.log" || fail "Redis could not be filled."
    filled=$1
    printf 'gateway fill-%s steps=0 octets=%s\n' "$filled" $((($(used_memory) - empty) / filled)) >>"$folder/results"
}

# One measure of one variant of the configuration, or with so many keys more. Usage: measure_step CONF WHAT
measure_step() {
    start_gateway "$1"
    printf 'gateway start-%s steps=0 ready=%s %s\n' "$2" "$ready_ms" "$(resident)" >>"$folder/results"
    put_load "$2" "$steps" -w 64
    stop_gateway
}

measure_steps() {
    run=1
    while [ "$run" -le "$runs" ]; do
        redis flushall >/dev/null
        for variant in $variants; do
            measure_step "$variant" "$variant"
        done
        redis flushall >/dev/null
        filled=0
        for count in $keys; do
            fill_redis "$count"
            measure_step plain "keys-$count"
        done
        run=$((run + 1))
    done
    redis flushall >/dev/null
}

# The resident size as steps go on, of one gateway.
measure_residence() {
    start_gateway plain
    put_load warm "$warm" -w 64
    put_load many "$many" -w 64
    stop_gateway
}

print_steps() {
    echo "Medians of $runs runs on $(nproc) processors; processor time in us for a step."
    printf '%-16s %9s %9s %8s\n' what steps/s 'own time' redis
    for what in $variants; do
        print_step "$what"
    done
    for count in $keys; do
        print_step "keys-$count"
    done
    echo
}

print_step() {
    printf '%-16s %9.0f %9.1f %8.1f\n' "$1" "$(median gateway "$1" rate)" "$(median gateway "$1" cpu_self)" "$(median gateway "$1" cpu_redis)"
}

print_values() {
    cat <<TEXT
subscribers $subscribers
redis_octets_per_subscriber $octets
record_octets_median $length
record_octets_max $(tail -n 1 "$folder/lengths")
$(for count in $keys; do echo "redis_octets_per_key_of_$count $(median gateway "fill-$count" octets)"; done)
redis_mib_for_2_million_by_arithmetic $((octets * 2000000 / 1048576))
ready_ms $(median gateway start-plain ready)
ready_ms_bigger_content $(median gateway start-content ready)
resident_kib_start $(median gateway start-plain resident)
private_kib_start $(median gateway start-plain private)
resident_kib_loaded $(median gateway plain resident)
resident_kib_after_reloads $(median gateway swaps resident)
resident_kib_warm $(median gateway warm resident)
resident_kib_after_$many $(median gateway many resident)
private_kib_after_$many $(median gateway many private)
pause_steps_per_s $half
pause_swaps $(values gateway swaps-count swaps | awk '{ n += $1 } END { print n }')
step_us_p999_quiet $(median gateway quiet p999)
step_us_p999_swaps $(median gateway swaps p999)
step_us_max_quiet $(median gateway quiet max)
step_us_max_swaps $(median gateway swaps max)
TEXT
    for what in $variants $(echo "$keys" | sed 's/[0-9][0-9]*/keys-&/g'); do
        echo "own_us_$what $(median gateway "$what" cpu_self)"
    done
}

for arg; do
    shift
    case $arg in
    --long) long=yes ;;
    *) set -- "$@" "$arg" ;;
    esac
done
read_options "$@"
choose_sizes
make_folder
build "$build_packages $test_packages" mekongline bench_load
write_variants
start_servers
measure_subscribers
length=$(middle <"$folder/lengths")
measure_pauses
measure_steps
measure_residence
[ ! -t 2 ] || printf '\n' >&2
print_steps
print_faults 'steps=0 \|unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "Not every step was settled well:"
print_values
