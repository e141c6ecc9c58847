#!/bin/sh
# Compares asyncio, Netty and the JDK's blocking sockets as echo servers, in a few minutes: quick.sh [ROUNDS].
# Builds what is missing; needs what the build needs.
set -eu

cd "$(dirname "$0")/.."
exec mvn -q package -DskipTests -pl asyncio-bench -am -Drun=dev.asyncio.bench.QuickComparison -Dargs="${1:-3}"
