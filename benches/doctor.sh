#!/usr/bin/env bash
# `gobs doctor` in a project with a go.sum of 300 lines, against what it replaces by hand: `go env -json` and `git config
# --list`. Then online, against eight module proxies on loopback of which one never answers.
#
#   benches/doctor.sh [GOBS]      needs go, git and python3; hyperfine where it is installed
#
# The modules are made here: a file:// tree of 150 small modules, downloaded by the real go into a cache of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
gobs=$(realpath "${1:-target/release/gobs}")
[ -x "$gobs" ] || { echo "benches/doctor.sh: $gobs is not there; cargo build --release" >&2; exit 1; }

work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"; kill $servers 2>/dev/null || true' EXIT
servers=
mkdir -p "$work/home/.config/go" "$work/tree" "$work/project"
export HOME="$work/home" GOTELEMETRY=off LANG=C.UTF-8
unset GOPROXY GOSUMDB GOPRIVATE GONOSUMDB GONOPROXY GOFLAGS GOENV GIT_CONFIG_GLOBAL XDG_CONFIG_HOME XDG_STATE_HOME || true
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy || true

python3 - "$work" <<'PY'
import os, sys, zipfile
work = sys.argv[1]
needs, uses = [], []
for n in range(150):
    path, version = f"example.org/m{n:03}", "v1.0.0"
    at = f"{work}/tree/{path}/@v"
    os.makedirs(at)
    gomod = f"module {path}\n\ngo 1.21\n"
    open(f"{at}/{version}.mod", "w").write(gomod)
    open(f"{at}/{version}.info", "w").write('{"Version":"v1.0.0","Time":"2025-06-15T15:06:40Z"}')
    open(f"{at}/list", "w").write("v1.0.0\n")
    with zipfile.ZipFile(f"{at}/{version}.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(f"{path}@{version}/go.mod", gomod)
        for part in range(8):
            body = "\n".join(f"// line {i} of a file like any other, {n} {part}" for i in range(200))
            z.writestr(f"{path}@{version}/part{part}.go", f"package m{n:03}\n\n{body}\n")
    needs.append(f"\t{path} {version}")
    uses.append(f'\t_ "{path}"')
open(f"{work}/project/go.mod", "w").write("module example.org/project\n\ngo 1.21\n\nrequire (\n" + "\n".join(needs) + "\n)\n")
open(f"{work}/project/main.go", "w").write("package project\n\nimport (\n" + "\n".join(uses) + "\n)\n")
PY
cat > "$HOME/.config/go/env" <<ENV
GOFLAGS=-modcacherw
GONOSUMDB=example.org
GOPROXY=file://$work/tree,off
GOTOOLCHAIN=local
ENV
cd "$work/project"
go mod tidy 2>/dev/null
go mod download
echo "== offline, go.sum of $(wc -l < go.sum) lines, $(du -sm "$HOME/go/pkg/mod" | cut -f1) MB of module cache"
"$gobs" doctor --offline > "$work/report" || true
tail -1 "$work/report"

cat > "$work/by-hand.sh" <<'SH'
go env -json >/dev/null
git config --list >/dev/null
SH
python3 - "$gobs" "$work" <<'PY'
import shutil, statistics, subprocess, sys, time
gobs, work = sys.argv[1:]
runs = {
    "doctor --offline --quick": [gobs, "doctor", "--offline", "--quick"],
    "doctor --offline, second run": [gobs, "doctor", "--offline"],
    "go env -json + git config --list": ["sh", f"{work}/by-hand.sh"],
}
times = {name: [] for name in runs}
# In turns, so that whatever else the machine does falls on all of them.
for turn in range(33):
    for name, argv in runs.items():
        start = time.perf_counter()
        subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if turn >= 3:
            times[name].append((time.perf_counter() - start) * 1000)
median = {name: statistics.median(ms) for name, ms in times.items()}
for name, ms in median.items():
    print(f"{ms:8.1f} ms  {name}  (fastest {min(times[name]):.1f})")
quick, second, hand = median.values()
print(f"quick: {quick / hand:.2f} x by hand; second run without --quick: {second / quick:.2f} x quick")
PY

echo "== online: eight module proxies on loopback, one of which never answers"
cat > "$work/servers.py" <<'PY'
import socket, sys, threading, time
def serve(listener, silent):
    while True:
        peer, _ = listener.accept()
        def answer(peer=peer):
            peer.recv(65536)
            if silent:
                time.sleep(600)
            body = b"v0.1.0\n"
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            peer.close()
        threading.Thread(target=answer, daemon=True).start()
urls = []
for n in range(8):
    listener = socket.create_server(("127.0.0.1", 0))
    urls.append(f"http://127.0.0.1:{listener.getsockname()[1]}")
    threading.Thread(target=serve, args=(listener, n == 3), daemon=True).start()
print("|".join(urls), flush=True)
time.sleep(600)
PY
mkfifo "$work/urls"
python3 "$work/servers.py" > "$work/urls" &
servers=$!
read -r urls < "$work/urls"
python3 - "$gobs" "$urls" <<'PY'
import os, statistics, subprocess, sys, time
gobs, urls = sys.argv[1:]
env = dict(os.environ, GOPROXY=urls, GOSUMDB="off", GOFLAGS="-modcacherw")
took = []
for _ in range(5):
    start = time.perf_counter()
    subprocess.run([gobs, "doctor", "--quick"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    took.append(time.perf_counter() - start)
budget = 3.0
print(f"{statistics.median(took):.2f} s median, {max(took):.2f} s at most; one server's budget is {budget} s: {max(took) / budget:.2f} x; bound 5 s")
PY
