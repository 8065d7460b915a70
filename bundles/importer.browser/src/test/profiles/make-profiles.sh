#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the ChronicleSync authors
#
# Makes the small profiles in ../resources/profiles anew, with the browsers of this machine, and
# makes their databases compact. Needs both browsers and the sqlite3 command.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
make=$here/../../../../../runtime/src/demo/make-profile/make-profiles.sh
out=$here/../resources/profiles
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

"$make" chromium "$work/chromium" 40
"$make" firefox "$work/firefox" 40

rm -rf "$out"
mkdir -p "$out/chromium/Default" "$out/firefox"
cp "$work/chromium/Last Version" "$out/chromium/"
cp "$work/chromium/Default/History" "$out/chromium/Default/"
cp "$work/firefox/compatibility.ini" "$work/firefox/places.sqlite" "$out/firefox/"
sqlite3 "$out/chromium/Default/History" 'PRAGMA page_size=1024; VACUUM;'
# Firefox writes pages of 32 KiB: nearly all of a small database is air. Smaller pages need another
# journal for a moment.
sqlite3 "$out/firefox/places.sqlite" \
  'PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; VACUUM; PRAGMA journal_mode=WAL;' >/dev/null
rm -f "$out"/*/*-wal "$out"/*/*-shm "$out"/*/*/*-journal
chmod -R u=rwX,go=rX "$out"
du -ab "$out"
