#!/usr/bin/env bash
# `gobs verify --offline` against `go mod verify`: the same module cache, the same cores, the page cache warm, by turns.
# The cache is filled once with the module graph of kubectl, helm and the etcd client (about 240 modules, 370 MB
# extracted), by way of the module proxy that `go env GOPROXY` names.
#
#   benches/verify.sh [GOBS]     default: target/release/gobs
#   ROUNDS=5 BENCH_CACHE=DIR     how often; where the modules are kept from one run to the next
#   FLOOR=1                      also what inflating, hashing and comparing alone takes (benches/floor)
set -euo pipefail
cd "$(dirname "$0")/.."
floor=$PWD/benches/floor built=$PWD/target/floor

rounds=${ROUNDS:-5}
gobs=$(realpath "${1:-target/release/gobs}")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export GOMODCACHE=${BENCH_CACHE:-target/bench-modules} GOTOOLCHAIN=local GOFLAGS=-modcacherw
mkdir -p "$GOMODCACHE"
GOMODCACHE=$(realpath "$GOMODCACHE")
cd "$dir"

cat >go.mod <<'MOD'
module bench.test/verify

go 1.25.0
MOD
go get k8s.io/kubectl@v0.34.1 helm.sh/helm/v3@v3.19.0 go.etcd.io/etcd/client/v3@v3.6.5 2>/dev/null
cat >main.go <<'GO'
package main

import (
	_ "go.etcd.io/etcd/client/v3"
	_ "helm.sh/helm/v3/pkg/action"
	_ "k8s.io/kubectl/pkg/cmd"
)

func main() {}
GO
go mod download all

modules=$(go list -m all | wc -l)
size=$(go list -m -f '{{.Dir}}' all | grep "^$GOMODCACHE" | xargs du -sc --apparent-size -BM | awk '/total/ { s += $1 } END { print s }')
echo "$modules modules, $size MB extracted, $(nproc) cores"

# Elapsed, processor and peak memory of one run.
run() { # NAME COMMAND…
  local name=$1
  shift
  /usr/bin/time -o "$dir/time" -f '%e %U %S %M' "$@" >/dev/null
  awk -v name="$name" '{ printf "%-14s %6.2f s   %5.2f s processor   %5.0f MB\n", name, $1, $2 + $3, $4 / 1024 }' "$dir/time" |
    tee -a "$dir/all"
}

for ((round = 0; round <= rounds; round++)); do
  # The first of each warms the cache and does not count.
  [ "$round" = 1 ] && : >"$dir/all"
  run "go mod verify" go mod verify
  run "gobs verify" "$gobs" verify --offline
done
if [ -n "${FLOOR:-}" ]; then
  cargo build --release --quiet --manifest-path "$floor/Cargo.toml" --target-dir "$built"
  go list -m -f '{{.Path}}@{{.Version}} {{.Dir}}' all | python3 -c '
import os, re, sys
found = []
for line in sys.stdin:
    module, _, dir = line.strip().partition(" ")
    path, _, version = re.sub("[A-Z]", lambda c: "!" + c.group().lower(), module).partition("@")
    zip = f"{sys.argv[1]}/cache/download/{path}/@v/{version}.zip"
    if dir and os.path.exists(zip):
        found.append((os.path.getsize(zip), zip, dir))
print("".join(f"{zip}\t{dir}\n" for _, zip, dir in sorted(found, reverse=True)), end="")
' "$GOMODCACHE" >zips.tsv
  for ((round = 0; round < rounds; round++)); do
    run "floor" "$built/release/floor" zips.tsv
  done
fi
python3 - "$dir/all" <<'PY'
import re, sys
wall, cpu = {}, {}
for line in open(sys.argv[1]):
    name = line.split()[0]
    found = [float(x) for x in re.findall(r"([0-9.]+) (?:s|MB)", line)]
    wall.setdefault(name, []).append(found[0])
    cpu.setdefault(name, []).append(found[1])
if "floor" in wall:
    print("inflating, hashing and comparing alone: %.2f s" % min(wall["floor"]))
print("best of each: %.1f times as fast, with %.1f times less processor time"
      % (min(wall["go"]) / min(wall["gobs"]), min(cpu["go"]) / min(cpu["gobs"])))
PY
