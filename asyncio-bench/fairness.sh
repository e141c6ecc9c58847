#!/bin/sh
# Shows what clients of a server see while another takes more than its share: fairness.sh [SEED]
#
# One floods, as many as there are carriers never let a handler wait, handlers compute for seconds, or the loop itself does,
# or it has a thousand connections to wake at once. The last line is the verdict; the status is 1 if others wait too long
# where the library can bound it. Results and a plot go to target/fairness.
set -eu

"$(dirname "$0")/lock.sh" $$
cd "$(dirname "$0")/.."
exec mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun=dev.asyncio.bench.Fairness -Dargs="target/fairness ${1:-}"
