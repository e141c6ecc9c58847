#!/bin/sh
# Runs the races and the fuzzers for a time, 10 minutes by default: races-and-fuzz.sh [SECONDS [SEED]].
#
# The build has seconds for them. Here they run again and again, first the races of all modules with random connections and
# shutdowns, then the fuzzers, for half of the time each; a run that has begun, of some two minutes, goes to its end. The last
# two lines say what was done, by the tests' own counts, and how many tests have failed; the status is 1 if any did, or if there
# was none of something. No other run of its kind begins then, and its output is in target/races-and-fuzz. The seed is printed;
# given, it repeats the plan.
set -eu

cd "$(dirname "$0")/../../.."
seconds=${1:-600} seed=${2:-$(date +%s)}
logs=asyncio-ws/target/races-and-fuzz
inputs=500000 # of FrameFuzzTest, which takes one seed for each
mkdir -p "$logs"
echo "seed $seed"

# Adds up the numbers that sed finds in the log of the last run: sum EXPRESSION
sum() {
    sed -n "$1" "$log" | awk '{ for (i = 1; i <= NF; i++) sum += $i } END { print sum + 0 }'
}

# Runs tests, wherever they are: run NAME TESTS OPTION... Sets log and failures.
run() {
    log=$logs/$1.log selection=$2 status=0
    shift 2
    mvn -B -ntp test -pl asyncio-ws -am "-Dtest=$selection" -Dsurefire.failIfNoSpecifiedTests=false "$@" \
        >"$log" 2>&1 || status=1
    failures=$(sum '/Time elapsed/!s/.*Tests run: .*, Failures: \([0-9]*\), Errors: \([0-9]*\), .*/\1 \2/p')
    if [ "$failures" -eq 0 ] && [ "$status" -ne 0 ]; then
        failures=1
    fi
    [ "$failures" -eq 0 ] || echo "failed, see $log"
}

# Adds up what the last run says it has done, and sets counted: count WHAT EXPRESSION. None, though no test failed, is a
# failure, too.
count() {
    counted=$(sum "$2")
    if [ "$counted" -eq 0 ] && [ "$failures" -eq 0 ]; then
        failures=1
        echo "no $1, see $log"
    fi
}

# Whether another run is to begin.
goes_on() {
    [ "$failures" -eq 0 ] && [ "$(date +%s)" -lt "$end" ]
}

start=$(date +%s)
end=$((start + seconds / 2))
runs=0 tests=0 rounds=0 connections=0 failures=0
while [ "$runs" -eq 0 ] || goes_on; do
    run races '*RaceTest,RandomStackTest,RandomShutdownTest' \
        "-Dseed=$((seed + runs))" -Dstack.connections=400 -Dshutdown.rounds=75
    count tests '/Time elapsed/!s/.*Tests run: \([0-9]*\), .*, Skipped: \([0-9]*\).*/\1 -\2/p'
    tests=$((tests + counted))
    count 'rounds of shutdown' 's/.*random shutdown: \([0-9]*\) rounds.*/\1/p'
    rounds=$((rounds + counted))
    count connections 's/.*random stack: \([0-9]*\) connections.*/\1/p'
    connections=$((connections + counted))
    runs=$((runs + 1))
done
races="races: $runs runs in $(($(date +%s) - start)) s, $tests tests, $rounds rounds of shutdown,"
races="$races $connections connections, $failures failures"
failed=$failures

start=$(date +%s)
end=$((start + seconds / 2))
runs=0 frames=0 heads=0 failures=0
while [ "$runs" -eq 0 ] || goes_on; do
    run fuzz 'FrameFuzzTest,HandshakeFuzzTest' "-Dfuzz.seed=$((seed + runs * inputs))" "-Dfuzz.inputs=$inputs"
    count 'inputs of frames' 's/.*frame fuzz: \([0-9]*\) inputs in .*/\1/p'
    frames=$((frames + counted))
    count heads 's/.*fuzz seed [0-9-]*: \([0-9]*\) accepted, \([0-9]*\) refused.*/\1 \2/p'
    heads=$((heads + counted))
    runs=$((runs + 1))
done

echo "$races"
echo "fuzzers: $runs runs in $(($(date +%s) - start)) s, $frames inputs of frames, $heads of heads, $failures failures"
[ "$((failed + failures))" -eq 0 ]
