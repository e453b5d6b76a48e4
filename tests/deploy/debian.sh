# SPDX-License-Identifier: Apache-2.0
# For other scripts to read with `.`: a Debian 12 in a folder, which reaches the mirror as this machine does. They say what `fail` does.
# shellcheck shell=sh

# Make one in FOLDER, with more packages than the least if PACKAGES (with commas between) are named; what debootstrap says goes to LOG.
# Nothing in it starts by itself. Usage: debian_make FOLDER LOG [PACKAGES]
debian_make() {
    mirror=$(sed -n 's/^URIs: *//p; s/^deb *\([^ ]*\) .*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -n 1)
    debootstrap --variant=minbase ${3:+--include="$3"} bookworm "$1" "${mirror:-http://deb.debian.org/debian}" >"$2" 2>&1 || {
        tail -n 5 "$2" >&2
        fail "debootstrap failed."
    }
    for file in /etc/apt/apt.conf.d/*; do
        grep -ql Acquire "$file" && cp "$file" "$1/etc/apt/apt.conf.d/"
    done
    printf 'force-unsafe-io\n' >"$1/etc/dpkg/dpkg.cfg.d/quick"
    printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d" && chmod 755 "$1/usr/sbin/policy-rc.d"
}
