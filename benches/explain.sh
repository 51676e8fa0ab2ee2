#!/usr/bin/env bash
# `gobs explain` against `grep -E` with the same patterns: 10,000 lines, then 1 GB through a pipe with its memory.
#
#   benches/explain.sh [GOBS]     default: target/release/gobs; needs python3 and GNU time
set -euo pipefail
cd "$(dirname "$0")/.."
gobs=$(realpath "${1:-target/release/gobs}")
[ -x "$gobs" ] || { echo "benches/explain.sh: $gobs is not there; cargo build --release" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 - "$work" <<'PY'
import re, sys
work = sys.argv[1]
# The patterns of the catalogue in grep's dialect: one line at a time, without group names.
text = open("src/explain/rules.toml", encoding="utf8").read()
macros = {name: value for name, value in re.findall(r"^(\w+) *= *'''(.*?)'''", text, re.M)}
patterns = []
for pattern in re.findall(r"^ +'''(.*?)''',$", text, re.M):
    for name, value in macros.items():
        pattern = pattern.replace(f"%{name}%", value)
    for perl, posix in [(r"\(\?P<\w+>", "("), (r"\(\?:", "("), (r"\[\\s\\S\]", "."), (r"\\S", "[^ ]"), (r"\\s", " "), (r"\\d", "[0-9]"),
                        (r"\*\?", "*"), (r"\+\?", "+"), (r"\\n", ""), (r"\[\^\]", "[^~]")]:
        pattern = re.sub(perl, posix, pattern)
    patterns.append(pattern)
open(f"{work}/patterns", "w", encoding="utf8").write("\n".join(patterns) + "\n")
print(f"{len(patterns)} patterns")
# A CI log: what go prints on a good day, compiler output, test output, and one failure at the end.
lines = []
for i in range(10_000 - 2):
    lines.append([
        f"2026-05-01T10:00:{i % 60:02}.123Z go: downloading github.com/acme/lib{i} v1.{i}.0",
        f"ok  \texample.com/app/internal/service{i}\t0.{i % 100:02}s",
        f"#12 {i % 90}.1 go: github.com/acme/lib{i}@v1.{i}.0 requires github.com/acme/other@v1.2.3: fine",
        f"    service_test.go:{i}: value {i} is not {i + 1}: https://ci.example.com/job/{i}",
    ][i % 4])
lines.append('go: github.com/a/b@v1.0.0: Get "https://proxy.golang.org/github.com/a/b/@v/v1.0.0.info": dial tcp 142.251.42.241:443: i/o timeout')
lines.append("make: *** [build] Error 1")
open(f"{work}/log", "w", encoding="utf8").write("\n".join(lines) + "\n")
PY

export LC_ALL=C.UTF-8
best() { # the quickest of five runs, in milliseconds
  local quickest=1000000000
  for _ in 1 2 3 4 5; do
    local from to
    from=$(date +%s%N); "$@" > /dev/null 2>&1 || true; to=$(date +%s%N)
    local took=$(( (to - from) / 1000 ))
    (( took < quickest )) && quickest=$took
  done
  echo "$quickest"
}
"$gobs" explain "$work/log" | grep -q goproxy-unreachable || { echo "the failure was not found" >&2; exit 1; }
grep -cEf "$work/patterns" "$work/log" > /dev/null || [ $? = 1 ] || { echo "grep cannot read the patterns" >&2; exit 1; }
ours=$(best "$gobs" explain "$work/log")
theirs=$(best grep -Ef "$work/patterns" "$work/log")
size=$(wc -c < "$work/log")
awk -v ours="$ours" -v theirs="$theirs" -v size="$size" 'BEGIN {
  printf "10,000 lines (%.2f MB)  gobs %.1f ms (%.2f million lines/s)  grep -E %.1f ms (%.3f million lines/s)  ratio %.1f\n",
    size / 1e6, ours / 1000, 10000 / ours, theirs / 1000, 10000 / theirs, theirs / ours }'

copies=$(( (1 << 30) / size + 1 ))
stream() { for _ in $(seq "$copies"); do cat "$work/log"; done; }
from=$(date +%s%N)
stream | /usr/bin/time -f "%M" -o "$work/memory" "$gobs" explain > /dev/null
to=$(date +%s%N)
awk -v took="$(( (to - from) / 1000 ))" -v memory="$(cat "$work/memory")" -v bytes="$(( copies * size ))" -v lines="$(( copies * 10000 ))" 'BEGIN {
  printf "1 GB through a pipe: %.1f s, %.0f MB/s, %.2f million lines/s, at most %.1f MB of memory\n", took / 1e6, bytes / took, lines / took, memory / 1024 }'

head -c 104857600 /dev/zero | tr '\0' x > "$work/endless"
from=$(date +%s%N); /usr/bin/time -f "%M" -o "$work/memory" "$gobs" explain "$work/endless" > /dev/null; to=$(date +%s%N)
awk -v took="$(( (to - from) / 1000 ))" -v memory="$(cat "$work/memory")" 'BEGIN {
  printf "100 MB without a line end: %.2f s, at most %.1f MB of memory\n", took / 1e6, memory / 1024 }'
