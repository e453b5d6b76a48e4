#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The packages in a Debian 12 of their own: installed, configured as deploy/install.md says, started, upgraded, backed up, lost with the disk and
# restored as deploy/runbook.md says, removed, purged. A phone asks for help at the beginning, and how its case stands at the end.
# Needs root. Usage: sh tests/deploy/packages.sh BUILD_FOLDER
set -eu

build=$(cd "$1" && pwd)
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
work=$(mktemp -d /tmp/mekongline-packages.XXXXXX)
debian=$work/debian
pids=

say() {
    printf '== %s\n' "$*"
}

fail() {
    printf 'packages: %s\n' "$*" >&2
    exit 1
}

. "$root/deploy/servers.sh"
. "$root/tests/deploy/debian.sh"

clean_up() {
    trap '' INT TERM HUP
    for pid in $pids; do
        stop "$pid"
    done
    umount "$debian/proc" 2>/dev/null || true
    umount "$debian/sys" 2>/dev/null || true
    rm -rf --one-file-system "$work"
}

inside() {
    chroot "$debian" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 "$@"
}

# A command of the manual in install.md, as the section of that name gives it.
manual() {
    awk -v title="## $1" '$0 == title { on = 1; next } /^## / { on = 0 } on && /^```/ { code = !code; next } on && code' \
        "$root/deploy/install.md"
}

make_debian() {
    debian_make "$debian" "$work/debootstrap.log" systemd,openssl
    mount -t proc proc "$debian/proc"
    inside apt-get update -q >"$work/apt.log" 2>&1
}

make_packages() {
    cd "$build"
    cpack -B "$work/first" >"$work/cpack.log" 2>&1 || fail "cpack failed: $(tail -n 3 "$work/cpack.log")"
    cpack -R 9.9.9 -B "$work/second" >>"$work/cpack.log" 2>&1 || fail "cpack failed: $(tail -n 3 "$work/cpack.log")"
    mkdir "$debian/root/first" "$debian/root/second"
    cp "$work"/first/*.deb "$debian/root/first/"
    cp "$work"/second/*.deb "$debian/root/second/"
    cd "$root"
}

apt_get() {
    inside apt-get -q -y --no-install-recommends "$@" >"$work/apt.log" 2>&1 || {
        tail -n 20 "$work/apt.log" >&2
        fail "apt-get $* failed."
    }
}

# Install our packages of a folder; what the operator has changed stays.
install_from() {
    inside sh -c "apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold install /root/$1/*.deb" \
        >"$work/apt.log" 2>&1 || {
        tail -n 20 "$work/apt.log" >&2
        fail "The packages could not be installed."
    }
}

# What systemd does for a service before it runs it: folders, credentials, user; then ExecStart of its unit. Usage: run UNIT
run() {
    unit=$debian/usr/lib/systemd/system/$1.service
    user=$(sed -n 's/^User=//p' "$unit")
    for folder in var/lib run run/credentials; do
        inside install -d -o "$user" -g "$user" -m 0755 "/$folder/$1" 2>/dev/null
    done
    inside mkdir -p "/run/credentials/$1.service"
    sed -n 's/^LoadCredential=\([^:]*\):\(.*\)/\1 \2/p' "$unit" | while read -r name from; do
        [ ! -f "$debian$from" ] || inside install -o "$user" -m 0400 "$from" "/run/credentials/$1.service/$name"
    done
    inside chown "$user" "/run/credentials/$1.service"
    # shellcheck disable=SC2046 # a command line
    setsid chroot --userspec="$user" "$debian" /usr/bin/env -i ASAN_OPTIONS=detect_leaks=0 LC_ALL=C.UTF-8 \
        $(sed -n 's/^ExecStart=//p' "$unit") >"$work/$1.log" 2>&1 &
    pids="$! $pids"
}

start_servers() {
    inside install -d -o mosquitto /run/mosquitto
    setsid chroot "$debian" mosquitto -c /etc/mosquitto/mosquitto.conf >"$work/mosquitto.log" 2>&1 &
    broker=$!
    await mosquitto "$broker" "$work/mosquitto.log" inside test -S /run/mosquitto/mekongline.sock
    inside chmod 777 /run/mosquitto/mekongline.sock # else the broker alone has it
    inside install -d -o redis -g redis /run/redis
    setsid chroot --userspec=redis "$debian" redis-server /etc/redis/redis.conf --daemonize no >"$work/redis.log" 2>&1 &
    redis=$!
    await redis-server "$redis" "$work/redis.log" inside test -S /run/redis/mekongline.sock
    pids="$broker $redis $pids"
}

configure() {
    manual "Broker and Redis" | sed '/^systemctl/d' >"$debian/root/broker.sh"
    manual "Keys for requests for help" >"$debian/root/keys.sh"
    inside sh -eu /root/broker.sh
    sed -i '/^user smpp/,/^$/s/^#topic/topic/' "$debian/etc/mosquitto/mekongline.acl" # the carrier laotel
    # One machine: no listener for others; and a port of its own, since this Debian shares the network of the one around it.
    sed -i "/^listener 8884/,\$d; s/^listener 1883 127.0.0.1/listener 0 \/run\/mosquitto\/mekongline.sock/" "$debian/etc/mosquitto/conf.d/mekongline.conf"
    sed -i 's#^host = 127.0.0.1#host = /run/mosquitto/mekongline.sock#; s/^port = 1883/port = 0/; s#^listen = 127.0.0.1:9464#listen = /run/mekongline/http.sock#' \
        "$debian/etc/mekongline/mekongline.conf" "$debian/etc/mekongline/console.conf"
    inside env ASAN_OPTIONS=detect_leaks=0 sh -eu /root/keys.sh >/dev/null
    cp "$root/deploy/redis/mekongline.acl" "$debian/etc/redis/"
    for name in gateway console; do
        password=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
        printf %s "$password" >"$debian/etc/mekongline/credentials/$name/redis"
        hash=$(printf %s "$password" | sha256sum | cut -c 1-64)
        sed -i "s/#$(echo $name | tr "[:lower:]" "[:upper:]")/#$hash/" "$debian/etc/redis/mekongline.acl"
    done
    cp "$root/deploy/redis/mekongline.conf" "$debian/etc/redis/"
    echo "include /etc/redis/mekongline.conf" >>"$debian/etc/redis/redis.conf"
}

# Does the gateway say that it is up, with nothing missing?
gateway_ready() {
    mosquitto_sub -V 5 --unix "$debian/run/mosquitto/mekongline.sock" -u console -P "$(cat "$debian/etc/mekongline/credentials/console/mqtt")" \
        -t mekong/1/gateway/gateway-1/status -C 1 -W 1 | grep '"state":"up"' | grep -q '"degraded":\[\]'
}

stop_all() {
    for pid in $pids; do
        stop "$pid"
    done
    pids=
    rm -f "$debian"/run/mosquitto/*.sock "$debian"/run/redis/*.sock
}

start_console() {
    run mekongline-console
    await "The console" "${pids%% *}" "$work/mekongline-console.log" grep -q event=mqtt_up "$work/mekongline-console.log"
}

# The installed phone as the carrier laotel, by way of broker and gateway. The transcript comes from standard input; prints what was received.
phone() {
    printf '[mqtt]\nhost = /run/mosquitto/mekongline.sock\nport = 0\nusername = smpp\npassword_file = /etc/mekongline/credentials/smpp/mqtt\n' \
        >"$debian/root/phone.conf"
    cat >"$debian/root/phone.txt"
    inside env ASAN_OPTIONS=detect_leaks=0 mekongline phone -c /root/phone.conf --bridge laotel --script /root/phone.txt --record 2>"$work/phone.log" || true
}

# Somebody asks to be called back. Sets `case` and `pin`.
ask_for_help() {
    phone >"$work/asked.txt" <<EOF
dial *1234#
| ...
answer 7
| ...
hangup
dial *1234*422#
| ...
answer 1
| ...
answer 1
| ...
answer 4
| ...
answer 1
| what comes instead
EOF
    case=$(sed -n 's/^| Stored\. Case number: \([0-9 ]*\)\. PIN: .*/\1/p' "$work/asked.txt" | tr -d ' ')
    pin=$(sed -n 's/^| Stored\. .* PIN: \([0-9]*\)\..*/\1/p' "$work/asked.txt")
    if [ -z "$case" ] || [ -z "$pin" ]; then
        cat "$work/asked.txt" "$work/phone.log" >&2
        fail "Nobody got a case number."
    fi
}

# The case work knows the case. If Redis is empty, the language is asked for first; else the 7 is no case number, and is asked for again.
case_is_known() {
    printf '%s\n' "dial *1234*93#" "| ..." "answer 7" "| ..." "answer $case" "| ..." "answer $pin" "| what comes instead" | phone >"$work/known.txt"
    grep -q "^| The case workers have your case\." "$work/known.txt"
}

# As the table in deploy/runbook.md says, while all is in use.
back_up() {
    # shellcheck disable=SC2016 # Markdown
    how=$(sed -n 's/^| `console\.db`, `cases\.db` .* | `\(sqlite3 FILE .*\)`, also while .*/\1/p' "$root/deploy/runbook.md")
    [ -n "$how" ] || fail "The runbook does not say how the databases are copied."
    mkdir -m 700 "$debian/root/copies"
    for name in console.db cases.db; do
        inside sh -c "$(printf %s "$how" | sed "s#FILE#/var/lib/mekongline-console/$name#; s#COPY#/root/copies/$name#")"
    done
    for name in mekongline mosquitto redis; do
        cp -a "$debian/etc/$name" "$debian/root/copies/"
    done
}

lose_the_disk() {
    rm -rf "$debian/etc/mekongline" "$debian/etc/mosquitto" "$debian/etc/redis" "$debian/var/lib/mekongline" "$debian/var/lib/mekongline-console"
    find "$debian/var/lib/redis" -mindepth 1 -delete
}

restore() {
    for name in mekongline mosquitto redis; do
        cp -a "$debian/root/copies/$name" "$debian/etc/"
    done
    inside install -d -o mekongline-console -g mekongline-console -m 700 /var/lib/mekongline-console
    inside install -o mekongline-console -g mekongline-console -m 600 /root/copies/console.db /root/copies/cases.db /var/lib/mekongline-console
}

is_gone() {
    [ ! -e "$debian$1" ] || fail "$1 is still there."
}

is_there() {
    [ -e "$debian$1" ] || fail "$1 is not there."
}

[ "$(id -u)" = 0 ] || {
    echo "This needs root."
    exit 77
}
PATH=$PATH:/usr/sbin:/sbin
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

say "a Debian"
make_debian
say "packages"
make_packages
say "install"
apt_get install mosquitto redis-server sqlite3
install_from first
for path in /usr/bin/mekongline /usr/bin/mekongline-console /usr/share/mekongline/content/menu.json /usr/share/man/man5/mekongline.conf.5.gz \
    /etc/mekongline/credentials/gateway/secret; do
    is_there "$path"
done
[ "$(inside stat -c '%a %U' /etc/mekongline/credentials)" = "700 root" ] || fail "The credentials can be read by others."
say "configure as the manual says, and start"
configure
start_servers
start_console
run mekongline
await "The gateway" "${pids%% *}" "$work/mekongline.log" gateway_ready
ask_for_help
await "The case" "${pids%% *}" "$work/mekongline.log" case_is_known
say "upgrade"
echo "# a line of the operator's" >>"$debian/etc/mekongline/mekongline.conf"
secret=$(inside sha256sum /etc/mekongline/credentials/gateway/secret)
install_from second
grep -q "a line of the operator's" "$debian/etc/mekongline/mekongline.conf" || fail "The upgrade lost the operator's configuration."
[ "$secret" = "$(inside sha256sum /etc/mekongline/credentials/gateway/secret)" ] || fail "The upgrade changed the secret."
say "back up"
back_up
stop_all
start_servers
run mekongline
await "The gateway after the upgrade" "${pids%% *}" "$work/mekongline.log" gateway_ready
say "lose the disk, restore"
stop_all
lose_the_disk
restore
start_servers
start_console
run mekongline
await "The gateway after the restore" "${pids%% *}" "$work/mekongline.log" gateway_ready
case_is_known || {
    cat "$work/known.txt" "$work/phone.log" >&2
    fail "The case is not known after the restore."
}
say "remove, purge"
apt_get remove mekongline mekongline-console mekongline-bridges
is_gone /usr/bin/mekongline
is_there /etc/mekongline/mekongline.conf
is_there /var/lib/mekongline/journal.db
apt_get purge mekongline mekongline-console mekongline-bridges mekongline-common
is_gone /etc/mekongline/mekongline.conf
is_gone /etc/mekongline/credentials/gateway
is_gone /var/lib/mekongline
is_there /var/lib/mekongline-console/cases.db
is_there /etc/mekongline/credentials/console/requests.key
say "installed, started, upgraded, restored, removed, purged"
