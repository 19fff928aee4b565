#!/bin/sh
# Installs Debian packages that some tests use: as root, where apt-get is; else it says what will be skipped.
# No service of theirs is started: docker-registry would listen on every address.
set -eu

missing=""
for program in "$@"; do
    command -v "$program" > /dev/null || missing="$missing $program"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "not here, and not to be installed without root and apt-get:$missing; tests with them are skipped"
    exit 0
fi

policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
fi
apt-get -qq update
# shellcheck disable=SC2086 # a list of words
apt-get -qq install -y --no-install-recommends $missing > /dev/null
