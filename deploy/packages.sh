# SPDX-License-Identifier: Apache-2.0
# For other scripts to read with `.`: which Debian 12 packages are needed, and how to install those that are missing.
# shellcheck shell=sh disable=SC2034

# To build the gateway, the servers that it talks to, and npm, which fetches a model. nodejs and npm count as there if they
# are on the PATH, wherever they are from.
build_packages="build-essential cmake ninja-build pkg-config ca-certificates libevent-dev libmosquitto-dev libhiredis-dev
libssl-dev libcjson-dev libinih-dev libicu-dev libsodium-dev uthash-dev libgettextpo-dev libcsv-dev libsqlite3-dev libsystemd-dev libzxcvbn-dev file
mosquitto mosquitto-clients redis-server nodejs npm"

# To test it, besides.
test_packages="libcmocka-dev sqlite3 gettext openssl libsmpp34-dev libnet-smpp-perl kannel kannel-extras tshark chromium
fonts-noto-core fonts-noto-cjk nginx wapiti systemd debootstrap prometheus libfaketime valgrind ejabberd"

# To measure it beside Kannel, to draw what was measured and to read counters (tests/bench), besides.
bench_packages="iproute2 gnuplot-nox curl"

# To fuzz it (tests/fuzz), besides.
fuzz_packages="clang libclang-rt-14-dev"

# To draw contact sheets (tests/sheets), besides.
sheet_packages="chromium fonts-noto-core fonts-noto-cjk"

# Is this package, or the program of this package, there?
packages_have() {
    case $1 in
    nodejs) command -v node >/dev/null ;;
    npm) command -v npm >/dev/null ;;
    *) [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ] ;;
    esac
}

# Debian's kannel, nginx and ejabberd listen on every interface, at once and at each boot. The tests start their own, so where one was
# not installed before, the package's is masked. (Debian's mosquitto and redis-server listen on the loopback interface alone.)
# Without systemd, as in a container, Debian starts nothing by itself.
packages_mask() {
    [ -d /run/systemd/system ] || return 0
    echo "The service $1 is not started, now or at boot. To have it: systemctl unmask $1"
    $packages_root systemctl mask "$1.service"
}

# Install what is missing of the given packages: as root, or with sudo. Else say what to do, and fail.
packages_need() {
    packages_lacking=
    for package in "$@"; do
        packages_have "$package" || packages_lacking="$packages_lacking $package"
    done
    if [ -z "$packages_lacking" ]; then
        return 0
    fi
    echo "Missing packages:$packages_lacking"
    if ! command -v apt-get >/dev/null; then
        echo "There is no apt-get here. Install the like of these packages by hand, then run this again." >&2
        return 1
    fi
    if [ "$(id -u)" = 0 ]; then
        packages_root=
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        packages_root=sudo
    else
        echo "Install them as root, then run this again:  apt-get install$packages_lacking" >&2
        return 1
    fi
    for package in kannel nginx ejabberd; do
        case "$packages_lacking " in
        *" $package "*) packages_mask "$package" ;;
        esac
    done
    # shellcheck disable=SC2086 # lists of words
    $packages_root env DEBIAN_FRONTEND=noninteractive apt-get update -q &&
        $packages_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages_lacking
}
