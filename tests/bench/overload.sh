#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What becomes of three times as much as the gateway can do: half of its capacity, then three times, then half again; and how late answers are at
# half of the capacity beside the floor. README.md says what the figures mean.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/bench/overload.sh [--quick] [--runs N] [--keep FOLDER]

  --runs N       how often the latency at half load is measured; medians are printed (5)
  --quick        shorter phases, and 3 runs unless --runs says otherwise
  --keep FOLDER  leave the page there, overload.md with its picture overload.png
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/tests/bench/setup.sh"
broker_pid=
redis_pid=
subject_pid=
spin_pid=
look_pid=
first=0 # the next subscriber
nice_by=10
help_percent=2

clean_up() {
    trap '' INT TERM HUP
    for pid in $look_pid $spin_pid $subject_pid $broker_pid $redis_pid; do
        stop "$pid"
    done
    [ -z "$folder" ] || rm -rf "$folder"
}

# The gateway shall be what is short, not the load: it has the last processor together with a loop that spins there, beside which it is so nice that
# it gets a tenth of it. All else runs on the other processors.
choose_processors() {
    last=$(taskset -cp $$ | sed 's/.*[-,: ]//')
    others=$(seq 0 $((last - 1)) | paste -sd, -)
    [ -n "$others" ] || fail "two processors are needed: one for the gateway, one for the load"
}

start_slow_gateway() {
    : >"$folder/gateway.log"
    taskset -c "$last" nice -n "$nice_by" "$bin/mekongline" serve -c "$1" >"$folder/gateway.log" 2>&1 &
    subject_pid=$!
    await "The gateway" "$subject_pid" "$folder/gateway.log" gateway_serves "$folder/gateway.log"
    taskset -c "$last" sh -c 'while :; do :; done' &
    spin_pid=$!
}

stop_gateway() {
    stop "$spin_pid"
    spin_pid=
    stop "$subject_pid"
    subject_pid=
}

# A configuration with a journal, and the limits as they are shipped.
write_own_conf() {
    write_conf "$folder/http.sock"
    "$bin/mekongline" receive-requests --make-key "$folder" >/dev/null
    {
        sed '/^max_wait_ms/d' "$folder/mekongline.conf"
        printf '\n[request]\njournal = %s/journal\npublic_key_file = %s/requests.pub\n' "$folder" "$folder"
    } >"$folder/overload.conf"
}

metrics() {
    curl -s --unix-socket "$folder/http.sock" http://gateway/metrics
}

# A number in a line of name=value. Usage: value LINE NAME
value() {
    echo "$1" | tr ' ' '\n' | sed -n "s/^$2=//p"
}

# Put steps on what runs; $line is what came of it. Usage: load STEPS [OPTION]...
load() {
    steps=$1
    shift
    line=$("$bin/bench_load" -n "$steps" -u $((steps / 10)) -f "$first" "$@" "$broker_at") || [ $? = 3 ] || fail "The load could not be put on it."
    first=$((first + steps * 2))
}

# Five times a second: since when it looks, in seconds, and the messages in hand.
look() {
    begun=$(date +%s%N)
    while :; do
        now=$(date +%s%N)
        metrics | awk -v at="$(((now - begun) / 1000000))" '/^mekongline_inflight /{ print at / 1000, $2 }'
        sleep 0.2
    done >"$folder/looks"
}

surge() {
    taskset -pc "$others" $$ >/dev/null
    start_servers
    start_slow_gateway "$folder/overload.conf"
    load "$warm" -w 1024
    load "$measured" -w 1024
    capacity=$(value "$line" rate)
    look &
    look_pid=$!
    "$bin/bench_surge" "$broker_at" "$first" "$help_percent" "$calm_s:$((capacity / 2))" "$surge_s:$((capacity * 3))" "$after_s:$((capacity / 2))" \
        >"$folder/surge" || fail "The surge could not be put on the gateway, or some answers were none: $(tail -n 1 "$folder/surge")"
    stop "$look_pid"
    look_pid=
    metrics >"$folder/metrics"
    stop_gateway
    first=$((first + 10000000))
    stop "$broker_pid"
    stop "$redis_pid"
    broker_pid='' redis_pid=''
    taskset -pc "0-$last" $$ >/dev/null
    grep '^[0-9]' "$folder/surge" >"$folder/tenths"
}

# One program at its own half. Usage: measure_half PROGRAM
measure_half() {
    redis-cli -s "$folder/redis.sock" flushall >/dev/null
    if [ "$1" = gateway ]; then
        launch_gateway "$folder/mekongline.conf"
    else
        : >"$folder/floor.log"
        "$bin/bench_floor" "$1" "$qos" "$broker_at" "$redis_at" >"$folder/floor.log" 2>&1 &
        subject_pid=$!
        await "The floor" "$subject_pid" "$folder/floor.log" grep -q ready "$folder/floor.log"
    fi
    load "$closed" -w 512
    half=$(($(value "$line" rate) / 2))
    load $((half * half_s)) -w 2000 -r "$half"
    printf '%s half %s\n' "$1" "$line" >>"$folder/results"
    stop "$subject_pid"
    subject_pid=
    [ ! -t 2 ] || printf '.' >&2
}

measure_halves() {
    start_servers
    : >"$folder/results"
    run=1
    while [ "$run" -le "$runs" ]; do
        for program in gateway plain tuned; do
            measure_half "$program"
        done
        run=$((run + 1))
    done
    [ ! -t 2 ] || printf '\n' >&2
}

# The median over the runs of the gateway's p99 as a multiple of another's. Usage: p99_ratio PROGRAM
p99_ratio() {
    values "$1" half p99 >"$folder/other"
    values gateway half p99 | paste "$folder/other" - | awk '{ print $2 / $1 }' | middle | xargs printf '%.2f'
}

phase() {
    value "$(sed -n "s/^phase $1 //p" "$folder/surge")" "$2"
}

ms() {
    awk -v us="$1" 'BEGIN { printf "%.0f", us / 1000 }'
}

# Columns of the tenths, see series.h: 1 when, 2 offered, 3 served, 4 put off, 5 to 7 refused (dials, steps, help), 8 help begun, 9 help done,
# 10 repeated, 11 expired, 12 p50, 13 p99, 14 max, 15 waiting.
# It is over when for a second all is served as before: nothing is refused or put off, and 99 of 100 answers come within twice the time of the worst
# tenth before the surge.
print_values() {
    awk -v calm="$calm_s" -v surge="$surge_s" -v capacity="$capacity" '
        { for (i = 2; i <= 11; i++) all[i] += $i }
        $1 < calm && $1 >= 0.5 && $13 > usual { usual = $13 }
        $1 >= calm && $1 < calm + surge { for (i = 2; i <= 11; i++) in_surge[i] += $i; if ($15 > waiting) waiting = $15 }
        $1 >= calm + surge && good < 10 {
            if ($4 + $5 + $6 + $7 == 0 && $13 <= 2 * usual) good++
            else { good = 0; last = $1 + 0.1 - calm - surge }
        }
        END {
            printf "offered_per_s %.0f\n", in_surge[2] / surge
            printf "served_per_s %.0f\n", in_surge[3] / surge
            printf "served_of_capacity %.2f\n", in_surge[3] / surge / capacity
            printf "share_refused_by_gateway %.3f\n", (in_surge[5] + in_surge[6] + in_surge[7]) / in_surge[2]
            printf "share_put_off_by_bridge %.3f\n", in_surge[4] / in_surge[2]
            printf "requests_for_help %d\n", all[8]
            printf "requests_for_help_taken %d\n", all[9]
            printf "steps_of_help_refused %d\n", all[7]
            printf "repeated %d\nexpired %d\n", all[10], all[11]
            printf "unsettled_max %d\n", waiting
            printf "recovery_s %.1f\n", last
        }' "$folder/tenths"
    awk '/^mekongline_degraded_steps_total /{ print "steps_without_redis", $2 }' "$folder/metrics"
    cat <<TEXT
p99_ms_calm $(ms "$(phase 1 p99)")
p99_ms_surge $(ms "$(phase 2 p99)")
max_ms_surge $(ms "$(phase 2 max)")
p99_us_half_load_gateway $(median gateway half p99)
p99_us_half_load_floor $(median plain half p99)
p99_half_load_gateway_of_tuned $(p99_ratio tuned)
p99_half_load_gateway_of_floor $(p99_ratio plain)
TEXT
}

# A row for each second.
print_table() {
    awk '{
            s = int($1)
            for (i = 2; i <= 11; i++) n[s, i] += $i
            for (i = 12; i <= 15; i++) if ($i > n[s, i]) n[s, i] = $i
            if (n[s, 2] > 0) seconds = s
        }
        END {
            printf "%6s %8s %8s %8s %8s %6s %6s %8s %8s %8s\n", "second", "offered", "served", "refused", "put off", "help", "taken", "p99, ms", "max, ms", "unsettled"
            for (s = 0; s <= seconds; s++)
                printf "%6d %8d %8d %8d %8d %6d %6d %8.0f %8.0f %8d\n", s, n[s, 2], n[s, 3], n[s, 5] + n[s, 6] + n[s, 7], n[s, 4], n[s, 8], n[s, 9],
                    n[s, 13] / 1000, n[s, 14] / 1000, n[s, 15]
        }' "$folder/tenths"
}

# Half seconds for the picture, in messages a second.
write_curves() {
    awk '{
            h = int($1 * 2 + 0.01)
            for (i = 2; i <= 11; i++) n[h, i] += 2 * $i
            for (i = 12; i <= 15; i++) if ($i > n[h, i]) n[h, i] = $i
            if (n[h, 2] > 0) halves = h
        }
        END {
            for (h = 0; h <= halves; h++)
                print h / 2 + 0.25, n[h, 2], n[h, 3], n[h, 5] + n[h, 6] + n[h, 7], n[h, 4], n[h, 12] / 1000, n[h, 13] / 1000, n[h, 8] / 2, n[h, 9] / 2, n[h, 15]
        }' "$folder/tenths" >"$folder/curves"
}

draw() {
    write_curves
    gnuplot <<TEXT
set terminal pngcairo size 900,900 font 'sans,11' background '#ffffff'
set output '$1'
set multiplot layout 4,1
set lmargin 10
set rmargin 24
set xrange [0:$((calm_s + surge_s + after_s))]
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside right top vertical Left reverse
set object rectangle from first $calm_s, graph 0 to first $((calm_s + surge_s)), graph 1 fc rgb '#f3efe8' fs solid noborder behind
set ylabel 'messages/s'
plot '$folder/curves' using 1:2 with lines lw 2 lc rgb '#9aa3b2' title 'offered', '' using 1:3 with lines lw 2 lc rgb '#0a7d5a' title 'served', \\
  '' using 1:4 with lines lw 2 lc rgb '#c9732b' title 'refused by gateway', '' using 1:5 with lines lw 2 lc rgb '#5f6b80' title 'put off by bridge'
set ylabel 'answer time, ms'
plot '$folder/curves' using 1:7 with lines lw 2 lc rgb '#0a7d5a' title 'p99 of a tenth', '' using 1:6 with lines lw 2 lc rgb '#9aa3b2' title 'p50'
set ylabel 'messages'
plot '$folder/curves' using 1:10 with lines lw 2 lc rgb '#5f6b80' title 'unsettled', '$folder/looks' using 1:2 with lines lw 2 lc rgb '#c9732b' title 'in hand'
set ylabel 'in half a second'
set xlabel 'seconds'
plot '$folder/curves' using 1:8 with lines lw 2 lc rgb '#9aa3b2' title 'requests for help', '' using 1:9 with lines lw 2 lc rgb '#0a7d5a' title 'with case number'
TEXT
}

write_page() {
    draw "$keep/overload.png"
    # shellcheck disable=SC2016 # the quotes of Markdown
    {
        echo '<!-- SPDX-License-Identifier: Apache-2.0 -->'
        echo '# Three times the capacity'
        echo
        echo "$(date -u +%F), $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), Debian $(cat /etc/debian_version)," \
            "load average before it $busy, written by \`sh tests/bench/overload.sh\`$([ "$quick" = no ] || echo ' with `--quick`'). What the words mean: [README.md](README.md#overload)."
        echo
        echo '![Messages, answer time, what waits, and requests for help, second by second](overload.png)'
        echo
        echo "The gateway has a tenth of a processor, and can do $capacity steps/s then. In the shaded time three times as much is offered."
        printf '\n```\n'
        print_table
        printf '```\n\n| what | value |\n|---|---|\n'
        print_values | sed 's/^\([^ ]*\) \(.*\)/| `\1` | \2 |/'
    } >"$keep/overload.md"
}

read_options "$@"
[ -z "$keep" ] || [ -d "$keep" ] || fail "$keep is no folder."
calm_s=5 surge_s=10 after_s=10 warm=8000 measured=30000 closed=60000 half_s=2
[ "$quick" = no ] || { calm_s=2 surge_s=4 after_s=3 warm=2000 measured=10000 closed=20000 half_s=1; }
make_folder
build "$build_packages $test_packages $bench_packages" mekongline bench_floor bench_load bench_surge
busy=$(cut -d ' ' -f 1 /proc/loadavg)
choose_processors
write_own_conf
surge
measure_halves
print_table
[ -z "$keep" ] || write_page
print_faults 'unsettled=0 mismatched=0 errors=0 broken=0 ended=0' "At half load not every step was settled well:"
echo "capacity_per_s $capacity"
print_values
