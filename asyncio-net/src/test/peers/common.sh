# What the scripts have in common that have our code talk to peers that others wrote. Sourced, with $here set.

root=$(cd "$here/../../../.." && pwd)
export NODE_PATH=${PEERS_MODULES:-}
logs=$(mktemp -d)
servers=()
ok=0 failed=0 skipped=0

finish() {
    ((${#servers[@]})) && kill "${servers[@]}" 2>/dev/null
    rm -rf "$logs"
}
trap finish EXIT

java25() {
    local candidate
    for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java)" /usr/lib/jvm/*/bin/java; do
        if [[ -x $candidate ]] && "$candidate" --version 2>/dev/null | grep -Eq '^(openjdk|java) (2[5-9]|[3-9][0-9])'; then
            echo "$candidate"
            return
        fi
    done
    echo "no JDK 25 found; set JAVA_HOME" >&2
    return 1
}

# start COMMAND...: starts a server and sets $port to where it listens.
start() {
    local log="$logs/${#servers[@]}"
    : >"$log" # there before it is looked at
    "$@" >>"$log" 2>&1 &
    servers+=($!)
    port=
    for _ in {1..200}; do
        port=$(sed -nE 's/^listening on port //p; s/^ACCEPT .*:([0-9]+)$/\1/p' "$log") # the latter is openssl's
        [[ -n $port ]] && return
        sleep 0.1
    done
    echo "does not start: $*" >&2
    cat "$log" >&2
    return 1
}

# check WHAT COMMAND...: status 77 means that it cannot be checked here.
check() {
    local what=$1 said status
    said=$(timeout 120 "${@:2}" 2>&1)
    status=$?
    case $status in
        0) ok=$((ok + 1)); echo "ok       $what: $said" ;;
        77) skipped=$((skipped + 1)); echo "skipped  $what: $said" ;;
        *) failed=$((failed + 1)); echo "FAILED   $what: status $status"; sed 's/^/         /' <<<"$said" ;;
    esac
}

skip() {
    skipped=$((skipped + 1))
    echo "skipped  $1: $2"
}

have() {
    command -v "$1" >/dev/null
}

have_ws() {
    have node && node -e 'require("ws")' 2>/dev/null
}

report() {
    echo "$ok ok, $failed failed, $skipped skipped"
    ((failed == 0))
}

java=$(java25) || exit 2
classes=${CLASSES:-}
if [[ -z $classes ]]; then
    (cd "$root" && mvn -q -B process-classes -pl examples -am) || exit 2
    classes=$root/asyncio-core/target/classes:$root/asyncio-net/target/classes:$root/asyncio-ws/target/classes
fi
example=("$java" -cp "$classes:$root/examples/target/classes" dev.asyncio.examples.Run)
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
own_websocket=--experimental-websocket # needed before Node 22
