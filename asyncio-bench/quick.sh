#!/bin/sh
# Compares asyncio, Netty and the JDK's blocking sockets as echo servers, in a few minutes: quick.sh [ROUNDS].
# Builds what is missing; needs what the build needs.
set -eu

case $* in
    '' | [1-9] | [1-9][0-9]) ;;
    *)
        echo "expected a number of rounds from 1 to 99, got $*" >&2
        exit 2
        ;;
esac

"$(dirname "$0")/lock.sh" $$
cd "$(dirname "$0")/.."
echo "building"
exec mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun=dev.asyncio.bench.QuickComparison -Dargs="${1:-3}"
