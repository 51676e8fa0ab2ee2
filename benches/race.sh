#!/usr/bin/env bash
# Eight processes write eight different variables of one Go env file at the same moment, 60 rounds long: how many values
# are missing afterwards, how many files are malformed? Once with `go env -w`, once with gobs.
#
#   benches/race.sh [GOBS]     default: target/release/gobs, else target/debug/gobs
set -euo pipefail
cd "$(dirname "$0")/.."

rounds=60
names=(GOBIN GOCACHE GOFLAGS GOINSECURE GOMODCACHE GOPATH GOTMPDIR GOVCS)
gobs=${1:-target/release/gobs}
[ -x "$gobs" ] || gobs=target/debug/gobs
gobs=$(realpath "$gobs")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

value() { # NAME ROUND
  case $1 in
  GOFLAGS) echo "-p=$(($2 + 1))" ;;
  GOINSECURE) echo "host$2.corp.example" ;;
  GOVCS) echo "host$2.corp.example:git,public:git" ;;
  *) echo "/srv/$2" ;;
  esac
}

with_go() { env -i HOME="$1" PATH="$PATH" GOTOOLCHAIN=local go env -w "$2"; }
with_gobs() { env -i HOME="$1" PATH="$PATH" "$gobs" init --root --yes --offline --no-proof --set "$2" >/dev/null; }

race() { # WRITER
  local home=$dir/$1 lost=0 malformed=0 failed=0 round name pids
  local file=$home/.config/go/env
  mkdir -p "$home/.config/go"
  printf '# ours\nGOPROXY=https://goproxy.cn,direct\nGOSUMDB=sum.golang.google.cn\n' >"$file"
  local start=$EPOCHREALTIME
  for ((round = 0; round < rounds; round++)); do
    pids=()
    for name in "${names[@]}"; do
      "$1" "$home" "$name=$(value "$name" "$round")" 2>>"$dir/$1.err" &
      pids+=($!)
    done
    for pid in "${pids[@]}"; do
      wait "$pid" || failed=$((failed + 1))
    done
    for name in "${names[@]}"; do
      grep -qxF -- "$name=$(value "$name" "$round")" "$file" || lost=$((lost + 1))
    done
    if grep -qvE '^(#.*|GO[A-Z]+=.+)$' "$file" || [ -n "$(tail -c 1 "$file")" ]; then
      malformed=$((malformed + 1))
    fi
  done
  local took
  took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
  printf '%-10s %5d of %d values lost, %2d of %d files malformed, %d writers failed, %s s\n' \
    "$1" "$lost" $((rounds * ${#names[@]})) "$malformed" "$rounds" "$failed" "$took"
}

race with_go
race with_gobs
