#!/usr/bin/env bash
# `gobs --version` against /bin/true, and `gobs init` against the script a platform team would write: one
# `go env -w` a key, one `git config` a key. Both write the same settings into homes of their own.
#
#   benches/init.sh [GOBS]      needs go, git and hyperfine
set -euo pipefail
cd "$(dirname "$0")/.."
gobs=$(realpath "${1:-target/release/gobs}")
[ -x "$gobs" ] || { echo "benches/init.sh: $gobs is not there; cargo build --release" >&2; exit 1; }
command -v hyperfine >/dev/null || { echo "benches/init.sh: hyperfine is needed: apt-get install hyperfine" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/gobs" "$work/script" "$work/noop"

cat > "$work/platform-team.sh" <<'SH'
set -e
go env -w GOPROXY='https://goproxy.cn|https://mirrors.aliyun.com/goproxy/,direct'
go env -w GOSUMDB=sum.golang.google.cn
go env -w GOPRIVATE=git.corp.example.com,git.lab.example.com
git config --global url.ssh://git@git.corp.example.com/.insteadOf https://git.corp.example.com/
git config --global url.ssh://git@git.lab.example.com/.insteadOf https://git.lab.example.com/
SH

# The same settings as a profile. (`transport = "ssh"` would write the real `~/.ssh`: ssh takes the home of the account.)
cat > "$work/team.toml" <<'TOML'
schema  = 1
extends = "enterprise"
[[private]]
host = "git.corp.example.com"
[[private]]
host = "git.lab.example.com"
[[git."url.ssh://git@git.corp.example.com/.insteadOf"]]
value = "https://git.corp.example.com/"
[[git."url.ssh://git@git.lab.example.com/.insteadOf"]]
value = "https://git.lab.example.com/"
TOML

init=("$gobs" init --yes --offline --no-proof --quiet --profile "$work/team.toml")
export PATH GOFLAGS='' GOTELEMETRY=off
unset GOPROXY GOSUMDB GOPRIVATE GOENV GIT_CONFIG_GLOBAL XDG_CONFIG_HOME XDG_STATE_HOME || true
HOME="$work/noop" "${init[@]}" >/dev/null

echo "== gobs --version against /bin/true"
hyperfine --style none --warmup 5 --export-json "$work/version.json" -N "$gobs --version" /bin/true >/dev/null

echo "== init: first apply and nothing to do, against go env -w and git config"
hyperfine --style none --warmup 2 --export-json "$work/init.json" \
  --prepare "rm -rf $work/gobs/.[a-z]*" -n first "HOME=$work/gobs ${init[*]}" \
  --prepare true -n noop "HOME=$work/noop ${init[*]}" \
  --prepare "rm -rf $work/script/.[a-z]*" -n script "HOME=$work/script sh $work/platform-team.sh" \
  --prepare true -n script-again "HOME=$work/script sh $work/platform-team.sh" >/dev/null

python3 - "$work" "$gobs" <<'PY'
import json, os, sys
work, gobs = sys.argv[1:]
times = {r["command"]: r["median"] * 1000 for name in ("version", "init") for r in json.load(open(f"{work}/{name}.json"))["results"]}
for name, ms in times.items():
    print(f"{ms:8.2f} ms  {name}")
t = {k.split("/")[-1]: v for k, v in times.items()}
print(f"gobs --version costs {t['gobs --version'] - t['true']:.2f} ms more than /bin/true")
print(f"first apply: {t['script'] / t['first']:.1f} x faster than the script")
print(f"nothing to do: {t['script-again'] / t['noop']:.1f} x faster than the script run again")
print(f"binary: {os.path.getsize(gobs) / 1e6:.2f} MB")
PY
