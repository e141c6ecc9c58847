#!/bin/sh
# Compares asyncio, Netty and the JDK's blocking sockets as echo servers, in a few minutes: quick.sh [ROUNDS].
# Builds what is missing; needs what the build needs.
set -eu

rounds=${1:-3}
case $rounds in
    *[!0-9]* | 0* | '')
        echo "expected a number of rounds from 1, got $rounds" >&2
        exit 2
        ;;
esac

"$(dirname "$0")/lock.sh" $$
cd "$(dirname "$0")/.."
echo "building"
exec mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun=dev.asyncio.bench.QuickComparison -Dargs="$rounds"
