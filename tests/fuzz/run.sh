#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzz every target for some minutes (default 1) with libFuzzer; a finding is kept as a file in build-fuzz and printed.
set -eu
cd "$(dirname "$0")/../.."
minutes=${1:-1}
command -v clang >/dev/null || { echo "clang is missing: apt-get install clang libclang-rt-14-dev" >&2; exit 1; }
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz
for target in build-fuzz/fuzz_*; do
    [ -x "$target" ] || continue
    name=${target##*/fuzz_}
    work=build-fuzz/corpus-$name
    mkdir -p "$work"
    echo "== $name, $minutes min"
    "$target" -max_total_time=$((minutes * 60)) -timeout=10 -print_final_stats=1 \
        -artifact_prefix="build-fuzz/finding-$name-" "$work" "tests/fuzz/corpus/$name" 2>&1 |
        grep -E 'stat::number_of_executed_units|cov:|SUMMARY|Test unit written' | tail -3
done
ls build-fuzz/finding-* 2>/dev/null && exit 1
echo "no findings"
