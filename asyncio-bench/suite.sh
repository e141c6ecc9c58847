#!/bin/sh
# Measures all that BENCHMARKS.md shows, and writes such a page:
#
#   suite.sh [--quick | --publish] [--second | --elsewhere] [COMPARISON...]
#
# Says beforehand how long it will take (about four hours; --quick: one brief round, about an hour, to see that all works).
# Results and page go to target/full, with --quick to target/quick. With --publish, results go to results/ and the page is
# BENCHMARKS.md: those that the project commits. What is there already is not measured again: cut short, it goes on where it
# was; delete a file to measure anew. With --second, all is measured once more, into the folder `second` beside the results,
# and the page says whether both runs agree; on another machine, into the folder `elsewhere` with --elsewhere. Servers
# outside the JVM take part if peers/build.sh finds them.
set -eu

# What decides most comes first.
comparisons="round-trip tcp-settings tcp-echo open-loop websocket-settings websocket-binary idle websocket-idle ablation \
websocket-ablation tcp-stream websocket-stream websocket-text websocket-clients connects handshakes codec write-modes"
here=$(cd "$(dirname "$0")" && pwd)
place= further=

# require_one OPTION OTHER: of two that exclude each other, only one may be given.
require_one() {
    if [ -n "$1" ] && [ "$1" != "$2" ]; then
        echo "expected $1 or $2, got both" >&2
        exit 2
    fi
}

for argument in "$@"; do
    case $argument in
        --quick | --publish)
            require_one "$place" "$argument"
            place=$argument
            ;;
        --second | --elsewhere)
            require_one "$further" "$argument"
            further=$argument
            ;;
        --*)
            echo "expected --quick, --publish, --second, --elsewhere or the name of a comparison, got $argument" >&2
            exit 2
            ;;
        *)
            case " $comparisons " in
                *" $argument "*) ;;
                *)
                    echo "expected some of $comparisons, got $argument" >&2
                    exit 2
                    ;;
            esac
            ;;
    esac
done

case $place in
    --publish) results=$here/results page=$here/../BENCHMARKS.md ;;
    --quick) results=$here/target/quick page=$here/target/quick/BENCHMARKS.md ;;
    *) results=$here/target/full page=$here/target/full/BENCHMARKS.md ;;
esac

has_results() {
    ls "$results"/*.jsonl >/dev/null 2>&1
}

if [ -n "$further" ] && ! has_results; then
    echo "expected a first run in $results, to compare another with, got none" >&2
    exit 2
fi

run() {
    mvn -q package -DskipTests -pl asyncio-bench -am -Downer=$$ -Drun="dev.asyncio.bench.$1" -Dargs="$2"
}

"$here/lock.sh" $$
cd "$here/.."
echo "building"
"$here/peers/build.sh" "$here/target/peers"
status=0
# A path may have blanks, at which arguments are parted.
run FullSuite "\"$results${further:+/${further#--}}\" \"$here/target/peers/peers.properties\" $*" || status=$? # what did succeed is written all the same
if has_results; then
    run Report "\"$results\" \"$page\""
fi
exit "$status"
