#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the bridge programs say to the words they are started with, and how they end: 0 well, 1 cannot run, 2 wrong words
# or configuration. Usage: sh tests/words.sh PROGRAM SECTION_THAT_CANNOT_OPEN
set -eu
program=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=1"

# ends STATUS PIECE WORDS...: it ends with that status and says that.
ends() {
    want=$1 piece=$2
    shift 2
    got=0
    "$program" "$@" >"$dir/out" 2>&1 || got=$?
    if [ "$got" -ne "$want" ] || ! grep -q -e "$piece" "$dir/out"; then
        echo "$program $*: ended with $got, not $want, or without \"$piece\":" >&2
        cat "$dir/out" >&2
        exit 1
    fi
}

printf '[mqtt]\nhost = %s/nobody\nport = 0\n' "$dir" >"$dir/empty.conf"
{
    cat "$dir/empty.conf"
    printf '%b' "$2"
} >"$dir/bad.conf"
printf '[nonsense]\n' >"$dir/nonsense.conf"

ends 0 'Usage: ' --help
ends 0 "$(basename "$program") " --version
ends 0 '^\[mqtt\]' --example
ends 2 'Usage: '
ends 2 'Usage: ' -c
ends 2 'Usage: ' --nonsense
ends 2 'Usage: ' -c "$dir/empty.conf" more
ends 2 'nonsense' -c "$dir/nonsense.conf"
ends 2 'No such file' -c "$dir/missing.conf"
ends 1 'write a section' -c "$dir/empty.conf"
ends 1 'no_such_file' -c "$dir/bad.conf"
