#!/bin/sh
# Lets one script at a time build and measure in this clone: lock.sh PROCESS. The lock is that process's for as long as it
# runs: another that builds would change the classes of what is measured, and take its cores.
set -eu

lock=$(dirname "$0")/target/measuring
mkdir -p "$(dirname "$lock")"
if ! ln -s "$1" "$lock" 2>/dev/null; then
    holder=$(readlink "$lock")
    if [ "$holder" != "$1" ] && kill -0 "$holder" 2>/dev/null; then
        echo "process $holder measures in this clone; if it does not, delete $lock" >&2
        exit 1
    fi
    ln -sfn "$1" "$lock"
fi
