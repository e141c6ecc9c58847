#!/bin/sh
# Soaks one server: mixed clients for a time, 10 minutes by default: soak.sh [SECONDS [SEED]].
#
# Clients are fast, slow, silent, hostile and reconnecting, over TCP, TLS, and WebSocket with and without TLS and compression.
# Memory, descriptors and threads must stay flat, every reply be right. The last line is the verdict; the status is 1 if
# anything was not as it must be. What was only late is not judged where other programs had the processors meanwhile, and
# threads of the soak had to wait for seconds until they ran; the verdict says so. Samples, their plot and what was counted go
# to target/soak. The seed of what clients draw is printed; given, it repeats their plan.
set -eu

"$(dirname "$0")/lock.sh" $$
cd "$(dirname "$0")/.."
exec mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun=dev.asyncio.bench.Soak -Dargs="target/soak ${1:-600} ${2:-}"
