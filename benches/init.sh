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
mkdir "$work/gobs" "$work/script"

# Two sizes. A small team: two private hosts, read over ssh. A company: its own module proxy and toolchain rule, three hosts
# with their own certificate authority, credential helper and no HTTP proxy in between.
python3 - "$work" <<'PY'
import sys
work = sys.argv[1]
def team(name, go, hosts, git):
    script = ["set -e"] + [f"go env -w {key}='{value}'" for key, value in go.items()]
    script.append(f"go env -w GOPRIVATE={','.join(hosts)}")
    toml = ["schema = 1", 'extends = "enterprise"'] + [f'[[go.{key}]]\nvalue = "{value}"' for key, value in go.items()]
    for host in hosts:
        toml.append(f'[[private]]\nhost = "{host}"')
        for key, value in git:
            key, value = key.format(host), value.format(host)
            script.append(f"git config --global '{key}' '{value}'")
            toml.append(f'[[git."{key}"]]\nvalue = "{value}"')
    # (`transport = "ssh"` would write the real `~/.ssh`: ssh takes the home of the account.)
    open(f"{work}/{name}.sh", "w").write("\n".join(script) + "\n")
    open(f"{work}/{name}.toml", "w").write("\n".join(toml) + "\n")
    print(f"{name}: {len(script) - 1} settings")
ssh = ("url.ssh://git@{0}/.insteadOf", "https://{0}/")
team("small", {"GOPROXY": "https://goproxy.cn|https://mirrors.aliyun.com/goproxy/,direct", "GOSUMDB": "sum.golang.google.cn"},
     ["git.corp.example.com", "git.lab.example.com"], [ssh])
team("company", {"GOPROXY": "https://goproxy.corp.example.com", "GOSUMDB": "sum.golang.google.cn", "GOTOOLCHAIN": "local"},
     ["git.corp.example.com", "git.lab.example.com", "code.example.com"],
     [ssh, ("http.https://{0}/.sslCAInfo", "/etc/ssl/certs/ca-certificates.crt"),
      ("http.https://{0}/.proxy", "http://proxy.corp.example.com:3128"), ("credential.https://{0}.helper", "cache")])
PY

export PATH GOFLAGS='' GOTELEMETRY=off
unset GOPROXY GOSUMDB GOPRIVATE GOENV GIT_CONFIG_GLOBAL XDG_CONFIG_HOME XDG_STATE_HOME || true

echo "== gobs --version against /bin/true"
hyperfine --style none --warmup 5 --export-json "$work/version.json" -N "$gobs --version" /bin/true >/dev/null 2>&1

# Nobody sets a machine up from within a repository.
cd "$work"
for team in small company; do
  echo "== $team: first apply and nothing to do, against go env -w and git config"
  init=("$gobs" init --yes --offline --no-proof --quiet --profile "$work/$team.toml")
  mkdir "$work/noop-$team"
  HOME="$work/noop-$team" "${init[@]}" >/dev/null
  hyperfine --style none --warmup 2 --export-json "$work/$team.json" \
    --prepare "rm -rf $work/gobs/.[a-z]*" -n first "HOME=$work/gobs ${init[*]}" \
    --prepare true -n noop "HOME=$work/noop-$team ${init[*]}" \
    --prepare "rm -rf $work/script/.[a-z]*" -n script "HOME=$work/script sh $work/$team.sh" \
    --prepare true -n script-again "HOME=$work/script sh $work/$team.sh" >/dev/null 2>&1
done

python3 - "$work" "$gobs" <<'PY'
import json, os, sys
work, gobs = sys.argv[1:]
def medians(name):
    return {r["command"].split("/")[-1]: r["median"] * 1000 for r in json.load(open(f"{work}/{name}.json"))["results"]}
t = medians("version")
print(f"gobs --version {t['gobs --version']:.2f} ms, /bin/true {t['true']:.2f} ms")
for team in ("small", "company"):
    t = medians(team)
    print(f"{team:8} first apply {t['first']:5.1f} ms, script {t['script']:5.1f} ms: {t['script'] / t['first']:.1f} x faster; "
          f"nothing to do {t['noop']:5.1f} ms, script again {t['script-again']:5.1f} ms: {t['script-again'] / t['noop']:.1f} x faster")
print(f"binary: {os.path.getsize(gobs) / 1e6:.2f} MB")
PY
