#!/bin/sh
# Measures all that BENCHMARKS.md shows, and writes it:
#
#   suite.sh [--quick] [--second] [COMPARISON...]
#
# Says beforehand how long it will take (more than an hour; --quick: one brief round, some ten minutes, to see that all works).
# What results/ has already is not measured again: cut short, it goes on where it was; delete a file to measure anew.
# With --quick, results and page go to target/quick instead. With --second, all is measured once more, into
# results/second, and the page says whether both runs agree. Servers outside the JVM take part if peers/build.sh finds them.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
results=$here/results
page=$here/../BENCHMARKS.md
case " $* " in
    *" --quick "*) results=$here/target/quick page=$here/target/quick/BENCHMARKS.md ;;
esac
measured=$results
case " $* " in
    *" --second "*) measured=$results/second ;;
esac

run() {
    mvn -q package -DskipTests -pl asyncio-bench -am -Drun="dev.asyncio.bench.$1" -Dargs="$2"
}

cd "$here/.."
"$here/peers/build.sh" "$here/target/peers"
status=0
run FullSuite "$measured $here/target/peers/peers.properties $*" || status=$? # what did succeed is written all the same
run Report "$results $page"
exit "$status"
