#!/bin/sh
# Puts one server under more than it can do: overload.sh [CONNECTIONS [SCHEME]], by default 10,000 and ws; wss is
# WebSocket over TLS.
#
# The last line is the verdict; the status is 1 if memory was not bounded, those served waited too long, others were not
# refused cleanly, or the server was not as before within seconds. Results and a plot go to target/overload.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
cd "$here/.."
exec mvn -q package -DskipTests -pl asyncio-bench -am -Drun=dev.asyncio.bench.Overload \
    -Dargs="$here/target/overload ${1:-10000} ${2:-ws}"
