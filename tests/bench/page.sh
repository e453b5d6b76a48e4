#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Measure all that run.sh can, over Unix sockets and TCP, at QoS 0 and 1, and what screens.sh can, and write it down: results.md with its pictures, in the folder given.
# The options are those of run.sh. Usage: sh tests/bench/page.sh FOLDER [--quick] [--runs N]
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
. "$root/deploy/packages.sh"
. "$root/tests/bench/medians.sh"

fail() {
    printf 'page: %s\n' "$*" >&2
    exit 1
}

# One table of the page, and its medians for the pictures. Usage: measure NAME TITLE [OPTION]...
measure() {
    name=$1 title=$2
    shift 2
    sh "$root/tests/bench/run.sh" --keep "$folder/results" "$@" >"$folder/table" ||
        fail "run.sh $* failed; its words are above."
    {
        printf '\n## %s\n\n```\n' "$title"
        sed '/^Medians/d' "$folder/table"
        printf '```\n'
    } >>"$folder/page"
    for subject in echo lean tuned floor gateway peer; do
        printf '%s %s %s %s\n' "$name" "$subject" "$(median "$subject" 512 rate)" "$(median "$subject" 512 cpu_self)"
    done >>"$folder/medians"
}

# Groups of bars, one for each way to the servers. Usage: draw FILE COLUMN LABEL
draw() {
    for subject in echo lean tuned floor gateway peer; do
        sed -n "s/^\([^ ]*\) $subject /\1 /p" "$folder/medians" >"$folder/$subject.dat"
    done
    gnuplot <<TEXT
set terminal pngcairo size 900,420 font 'sans,11' background '#ffffff'
set output '$1'
set style data histograms
set style histogram clustered gap 1.5
set style fill solid 0.9 noborder
set boxwidth 0.9
set ylabel '$3'
set yrange [0:*]
set grid ytics lc rgb '#dddddd'
set border 3
set tics nomirror
set key outside top center horizontal
plot '$folder/echo.dat' using $2:xtic(1) title 'echo' lc rgb '#c8ccd4', '$folder/lean.dat' using $2 title 'lean' lc rgb '#a9b1be', \\
  '$folder/tuned.dat' using $2 title 'tuned' lc rgb '#8892a3', '$folder/floor.dat' using $2 title 'floor' lc rgb '#5f6b80', \\
  '$folder/gateway.dat' using $2 title 'gateway' lc rgb '#0a7d5a', '$folder/peer.dat' using $2 title 'ussd-menu-builder' lc rgb '#c9732b'
TEXT
}

[ $# -ge 1 ] || fail "give the folder for the page"
out=$1
shift
# shellcheck disable=SC2086 # a list of words
packages_need $bench_packages >&2
folder=$(mktemp -d /tmp/mekongline-page.XXXXXX)
trap 'rm -rf "$folder"' EXIT
measure unix-qos0 'Unix sockets, QoS 0' "$@"
measure unix-qos1 'Unix sockets, QoS 1' --qos 1 "$@"
measure tcp-qos0 'TCP, QoS 0' --tcp "$@"
measure tcp-qos1 'TCP, QoS 1' --tcp --qos 1 "$@"
sh "$root/tests/bench/screens.sh" "$@" >"$folder/table" || fail "screens.sh $* failed; its words are above."
{
    printf '\n## Languages and kinds of screens (Unix sockets, QoS 0)\n\n```\n'
    sed '/^Medians/d' "$folder/table"
    printf '```\n'
} >>"$folder/page"
draw "$out/rates.png" 2 'steps/s, 512 dialogues under way'
draw "$out/own_time.png" 3 'own processor time for a step, microseconds'
{
    echo '<!-- SPDX-License-Identifier: Apache-2.0 -->'
    echo '# What was measured'
    echo
    echo "$(date -u +%F), $(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), Debian $(cat /etc/debian_version)," \
        "Redis $(redis-server --version | sed 's/.*v=\([^ ]*\).*/\1/'), written by \`sh tests/bench/page.sh\`${1:+ with \`$*\`}." \
        "What the programs and columns are: [README.md](README.md)."
    echo
    echo '![Steps in a second, for each program and each way to the servers](rates.png)'
    echo
    echo '![Own processor time for a step](own_time.png)'
    cat "$folder/page"
} >"$out/results.md"
