#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copyright the ChronicleSync authors
#
# Has an installed browser write a profile with history in it, talking to nothing but this machine.
#
#   make-profiles.sh chromium|firefox OUTDIR [PAGES]          a fresh profile in OUTDIR
#   make-profiles.sh visit chromium|firefox OUTDIR URL TITLE  one more visit in a closed profile
#
# Ends with 0, 2 (wrong usage), 3 (that browser is not installed) or 1 (anything else).
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
java=java
[ -n "$JAVA_HOME" ] && [ -x "$JAVA_HOME/bin/java" ] && java=$JAVA_HOME/bin/java
exec "$java" -XX:TieredStopAtLevel=1 "$here/MakeProfile.java" "$@"
