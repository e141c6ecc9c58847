#!/bin/sh
# Lets one script at a time build and measure in this clone: lock.sh PROCESS. The lock is that process's for as long as it
# runs: another that builds would change the classes of what is measured, and take its cores.
set -eu

lock=$(dirname "$0")/target/measuring
turn=$lock.turn
mkdir -p "$(dirname "$lock")"
# Of two that find the lock of a process that has ended, only one may take it.
if ! mkdir "$turn" 2>/dev/null; then
    echo "another script begins to measure in this clone; if none does, delete $turn" >&2
    exit 1
fi
trap 'rmdir "$turn"' EXIT
holder=$(readlink "$lock" || true)
if [ -n "$holder" ] && [ "$holder" != "$1" ] && kill -0 "$holder" 2>/dev/null; then
    echo "process $holder measures in this clone; if it does not, delete $lock" >&2
    exit 1
fi
ln -sfn "$1" "$lock"
