#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Search each fuzz target with libFuzzer, one after the other. For Debian 12; installs what is missing.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/fuzz/run.sh [MINUTES [TARGET...]]

  MINUTES   for each target (1)
  TARGET    such as json; all if none is given

A target stops at its first finding; the input is kept as build-fuzz/finding-TARGET-*. Inputs that reach new code are
kept in build-fuzz/corpus-TARGET, and the next run begins with them. Fails if there was a finding.
TEXT
}

minutes=${1:-1}
case $minutes in
-h | --help)
    usage
    exit 0
    ;;
*[!0-9]* | 0)
    usage >&2
    exit 2
    ;;
esac
[ $# -eq 0 ] || shift
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cd "$root"
. deploy/packages.sh

# shellcheck disable=SC2086 # lists of words
packages_need $build_packages $test_packages $fuzz_packages
if [ $# -eq 0 ]; then
    # shellcheck disable=SC2046 # a list of words
    set -- $(printf '%s\n' tests/fuzz/fuzz_*.c | sed 's,.*/fuzz_,,; s,\.c$,,')
fi
out=build-fuzz
mkdir -p "$out"
# shellcheck disable=SC2046 # a list of words
{ cmake --preset fuzz && cmake --build "$out" --parallel 2 --target $(printf 'fuzz_%s ' "$@"); } >"$out/build.log" 2>&1 || {
    cat "$out/build.log" >&2
    exit 1
}

# Search one target; what it says goes to its log. Status 0 only if it came to the end of its time.
search() {
    mkdir -p "$out/corpus-$1"
    "$out/fuzz_$1" -max_total_time=$((minutes * 60)) -timeout=10 -print_final_stats=1 -artifact_prefix="$out/finding-$1-" \
        "$out/corpus-$1" "tests/fuzz/corpus/$1" >"$out/$1.log" 2>&1
}

# One line of the table, from a log. The last "cov:" has the edges; a finding is an input that was written out.
row() {
    awk -v name="$1" '
        /^stat::number_of_executed_units:/ { runs = $2 }
        /^stat::average_exec_per_sec:/ { rate = $2 }
        /Test unit written to/ { findings++ }
        { for (i = 1; i < NF; i++) if ($i == "cov:") { edges = $(i + 1); features = $(i + 3) } }
        END { printf "%-10s %12d %9d %7d %9d %9d\n", name, runs, rate, edges, features, findings }' "$out/$1.log"
}

table="$out/table.txt"
printf '%-10s %12s %9s %7s %9s %9s\n' target executions 'a second' edges features findings >"$table"
failed=
for target in "$@"; do
    echo "== $target, $minutes min"
    if ! search "$target"; then
        failed=1
        grep -E 'SUMMARY|ERROR|Test unit written' "$out/$target.log" || tail -n 5 "$out/$target.log"
    fi
    row "$target" >>"$table"
done
cat "$table"
if [ -n "$failed" ]; then
    echo "There were findings. Look at one with: build-asan/fuzz_TARGET FOLDER_WITH_THE_INPUT" >&2
    exit 1
fi
echo "no findings"
