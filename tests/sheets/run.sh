#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Draw every screen of every language on contact sheets, as PNG files. For Debian 12; installs what is missing.
set -eu

usage() {
    cat <<'TEXT'
Usage: sh tests/sheets/run.sh [--sms] [OUT_DIR] [LANGUAGE...]

  --sms      the SMS form of each article instead of the USSD screens
  OUT_DIR    where the PNG files go (build/sheets)
  LANGUAGE   such as lo; all if none is given

BUILD_DIR in the environment names another build folder.
TEXT
}

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
build=${BUILD_DIR:-$root/build}
sms=
case ${1:-} in
-h | --help)
    usage
    exit 0
    ;;
--sms)
    sms=--sms
    shift
    ;;
-*)
    usage >&2
    exit 2
    ;;
esac
out=${1:-$build/sheets}
[ $# -eq 0 ] || shift
mkdir -p "$out"
out=$(CDPATH='' cd -- "$out" && pwd)
. "$root/deploy/packages.sh"

# shellcheck disable=SC2086 # lists of words
packages_need $build_packages $test_packages $sheet_packages
(cd "$root/tests/sheets" && npm ci --no-fund --no-audit --loglevel=error)
(cd "$root" && cmake --preset release -DBUILD_TESTING=ON -B "$build" && cmake --build "$build" --parallel 2 --target sheets_walk) >"$out/build.log" 2>&1 || {
    cat "$out/build.log" >&2
    exit 1
}
rm "$out/build.log"
# shellcheck disable=SC2086 # one word, or none
exec node "$root/tests/sheets/draw.mjs" $sms "$build/sheets_walk" "$root/content" "$out" "$@"
