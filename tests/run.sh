#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Build with sanitizers and run every test. For Debian 12; installs what is missing. Usage: sh tests/run.sh
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cd "$root"
. deploy/packages.sh

say() {
    printf '== %s\n' "$*"
}

say "packages"
# shellcheck disable=SC2086 # lists of words
packages_need $build_packages $test_packages

say "node packages"
(cd tests/system && npm ci --no-fund --no-audit --loglevel=error)

say "configure"
cmake --preset asan

say "build"
cmake --build build-asan --parallel 2

say "test"
exec ctest --test-dir build-asan --output-on-failure -j2
