#!/bin/sh
# Builds the servers outside the JVM that this machine can build, finds the others, and says what is missing. None is
# needed: what is not there or does not compile is skipped.
#
#   build.sh [FOLDER]
#
# FOLDER (target/peers of this module, unless it is said) then has the programs, and in peers.properties a line for each
# server: "NAME = COMMAND LINE" and "version.NAME = VERSION", or "skipped.NAME = REASON".
#
# CMAKE_PREFIX_PATH says where Trantor and Drogon are installed, if not where all programs are; PEERS_MODULES names the
# folder node_modules with npm's packages "bun" and "ws", if it is not the one beside this script.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$here/../target/peers}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
list=$folder/peers.properties
modules=${PEERS_MODULES:-$here/node_modules}
echo "# What peers/build.sh found and built" > "$list"

# found NAME VERSION COMMAND...
#
# Skipped if a path has a blank: a command line is parted at blanks.
found() {
    name=$1 version=$2
    shift 2
    for word in "$@"; do
        case $word in
            *' '*)
                skipped "$name" "its path has a blank: $word"
                return
                ;;
        esac
    done
    printf '%s = %s\nversion.%s = %s\n' "$name" "$*" "$name" "$version" >> "$list"
    echo "found: $name, $version"
}

# skipped NAME REASON
skipped() {
    printf 'skipped.%s = %s\n' "$1" "$2" >> "$list"
    echo "skipped: $1, $2"
}

has() {
    command -v "$1" > /dev/null
}

# why_missing PROGRAM
#
# Why there is no such program in C; nothing if there is one.
why_missing() {
    if ! has gcc; then
        echo "no gcc on the PATH"
    elif [ ! -x "$folder/$1" ]; then
        echo "$1.c does not compile"
    fi
}

# found_if_no_delay NAME VERSION COMMAND...
#
# For a WebSocket server that cannot read TCP_NODELAY back itself: no other run counts.
found_if_no_delay() {
    name=$1 version=$2
    shift 2
    why=$(why_missing no-delay)
    if [ -n "$why" ]; then
        skipped "$name" "its TCP_NODELAY cannot be read back: $why"
    elif answer=$("$folder/no-delay" 20 websocket "$@"); then
        found "$name" "$version" "$@"
    else
        skipped "$name" "$answer"
    fi
}

# c_server NAME PROGRAM [ARGUMENT...]
c_server() {
    name=$1 program=$2
    shift 2
    why=$(why_missing "$program")
    if [ -n "$why" ]; then
        skipped "$name" "$why"
    else
        found "$name" "gcc $(gcc -dumpfullversion)" "$folder/$program" "$@"
    fi
}

for program in epoll-echo blocking-source no-delay; do
    rm -f "$folder/$program"
    if has gcc; then
        gcc -O2 -Wall "$here/$program.c" -o "$folder/$program" || true # who needs it is skipped with a word
    fi
done
c_server c-epoll epoll-echo
c_server c-epoll-spin epoll-echo 0 spin
c_server c-source blocking-source

for program in asio-sync-echo asio-async-echo asio-source; do
    if ! has g++; then
        skipped "${program%-echo}" "no g++ on the PATH"
    elif ! echo '#include <asio.hpp>' | g++ -std=c++17 -E -x c++ - > /dev/null 2>&1; then
        skipped "${program%-echo}" "no asio.hpp (Debian: libasio-dev)"
    elif ! g++ -std=c++17 -O2 -Wall -pthread "$here/$program.cpp" -o "$folder/$program"; then
        skipped "${program%-echo}" "$program.cpp does not compile"
    else
        version=$(printf '#include <asio/version.hpp>\nASIO_VERSION' | g++ -std=c++17 -E -P -x c++ - | tail -n 1)
        found "${program%-echo}" "Asio $((version / 100000)).$((version / 100 % 1000)).$((version % 100))" \
            "$folder/$program"
    fi
done

# library NAME TITLE PROGRAM
library() {
    version=$(sed -n "s/^-- version of $1: //p" "$folder/cmake.log")
    if [ -z "$version" ]; then
        skipped "$1" "CMake finds no $2"
    elif ! cmake --build "$folder/cmake" --target "$3" >> "$folder/cmake.log" 2>&1; then
        skipped "$1" "$3.cpp does not compile"
    else
        found "$1" "$2 $version" "$folder/cmake/$3"
    fi
}

if ! has cmake || ! has g++; then
    skipped trantor "no cmake or no g++ on the PATH"
    skipped drogon "no cmake or no g++ on the PATH"
else
    rm -rf "$folder/cmake"
    if ! cmake -S "$here" -B "$folder/cmake" -DCMAKE_BUILD_TYPE=Release > "$folder/cmake.log" 2>&1; then
        echo "CMake failed: see $folder/cmake.log"
    fi
    library trantor Trantor trantor-echo
    library drogon Drogon drogon-ws-echo
fi

bun=$modules/.bin/bun
if [ ! -x "$bun" ]; then
    bun=$(command -v bun || true)
fi

# bun_server NAME PROGRAM
bun_server() {
    if [ -n "$bun" ]; then
        found_if_no_delay "$1" "Bun $("$bun" --version)" "$bun" "$here/$2"
    else
        skipped "$1" "no bun in node_modules or on the PATH (npm package bun)"
    fi
}

# node_server NAME PROGRAM
node_server() {
    if ! has node; then
        skipped "$1" "no node on the PATH"
    elif ! version=$(NODE_PATH=$modules node -p 'require("ws") && require("ws/package.json").version' 2> /dev/null); then
        skipped "$1" "no ws in node_modules (npm package ws)"
    else
        found_if_no_delay "$1" "ws $version, Node $(node --version)" env "NODE_PATH=$modules" node "$here/$2"
    fi
}

bun_server bun bun-ws-echo.js
bun_server bun-source bun-ws-source.js
node_server ws node-ws-echo.js
node_server ws-source node-ws-source.js
