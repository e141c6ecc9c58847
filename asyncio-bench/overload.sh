#!/bin/sh
# Puts one server under more than it can do: overload.sh [CONNECTIONS [SCHEME [SEED [SERVER_OPTION...]]]], by default 10,000
# and ws; wss is WebSocket over TLS. Options are those of the server's JVM, such as -XX:+UseG1GC. The seed of what clients
# draw is printed; given, it repeats their plan.
#
# What it can do is what it sustains: the highest rate at which clients that send by the clock get their replies in time. Five
# times that is asked for, and it serves 0.6 of it; the connections send 0.4 of it together.
#
# The last line is the verdict; the status is 1 if memory was not bounded, those served waited too long, others were not
# refused cleanly and soon, or the server was not as before within seconds. Results and a plot go to target/overload.
set -eu

connections=${1:-10000} scheme=${2:-ws}
shift $(($# < 2 ? $# : 2))
"$(dirname "$0")/lock.sh" $$
cd "$(dirname "$0")/.."
exec mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun=dev.asyncio.bench.Overload \
    -Dargs="target/overload $connections $scheme $*"
