#!/usr/bin/env bash
# A whole `gobs trace` of a private module beside the `go mod download` it foretells, over the same server (Git and
# ?go-get=1 over HTTPS on loopback, own CA, own network namespace); then both against a host whose packets vanish.
#
#   benches/trace.sh [GOBS]      needs go, git, openssl, python3, hyperfine, unshare, ip and nft; root
set -euo pipefail
cd "$(dirname "$0")/.."
gobs=$(realpath "${1:-target/release/gobs}")
[ -x "$gobs" ] || { echo "benches/trace.sh: $gobs is not there; cargo build --release" >&2; exit 1; }
for tool in hyperfine unshare ip nft openssl python3; do
  command -v "$tool" >/dev/null || { echo "benches/trace.sh: $tool is needed: scripts/test installs it" >&2; exit 1; }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
module=git.corp.example/team/lib
patience=${PATIENCE:-150} # seconds that go is given against the silent host

# A private repository, a certificate of a company's own authority, a home with a login.
git init -q -b main "$work/src"
printf 'module %s\n\ngo 1.21\n' "$module" >"$work/src/go.mod"
echo 'package lib' >"$work/src/lib.go"
git -C "$work/src" add .
git -C "$work/src" -c user.name=rig -c user.email=rig@example.com commit -qm lib
git -C "$work/src" tag v1.0.0
git clone -q --bare "$work/src" "$work/repos/team/lib.git"
openssl req -x509 -newkey rsa:2048 -nodes -subj '/O=Example Corp/CN=git.corp.example' -days 30 \
  -addext subjectAltName=DNS:git.corp.example -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
mkdir -p "$work/home"
echo 'machine git.corp.example login oauth2 password t0ken' >"$work/home/.netrc"
chmod 600 "$work/home/.netrc"
printf '127.0.0.1 localhost\n127.0.0.2 git.corp.example\n203.0.113.7 mute.corp.example\n' >"$work/hosts"

cat >"$work/forge.py" <<'PY'
import base64, http.server, os, ssl, subprocess, sys, urllib.parse
work = sys.argv[1]
login = "Basic " + base64.b64encode(b"oauth2:t0ken").decode()

class Forge(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_): pass
    def send(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers: self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def do_GET(self):
        url = urllib.parse.urlsplit(self.path)
        if "go-get=1" in url.query:
            tag = '<meta name="go-import" content="git.corp.example/team/lib git https://git.corp.example/team/lib.git">'
            return self.send(200, tag.encode(), [("Content-Type", "text/html")])
        if self.headers.get("Authorization") != login:
            return self.send(401, b"", [("WWW-Authenticate", 'Basic realm="Git"')])
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        env = dict(os.environ, GIT_PROJECT_ROOT=work + "/repos", GIT_HTTP_EXPORT_ALL="1", PATH_INFO=url.path,
                   QUERY_STRING=url.query, REQUEST_METHOD=self.command, CONTENT_LENGTH=str(len(body)), REMOTE_USER="oauth2",
                   CONTENT_TYPE=self.headers.get("Content-Type") or "", GIT_PROTOCOL=self.headers.get("Git-Protocol") or "",
                   HTTP_CONTENT_ENCODING=self.headers.get("Content-Encoding") or "")
        out = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE).stdout
        head, _, body = out.partition(b"\r\n\r\n")
        headers = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        status = next((int(value[:3]) for name, value in headers if name == "Status"), 200)
        self.send(status, body, [(name, value) for name, value in headers if name != "Status"])
    do_POST = do_GET

server = http.server.ThreadingHTTPServer(("127.0.0.2", 443), Forge)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(work + "/ca.pem", work + "/key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
PY

cat >"$work/inside.sh" <<'SH'
set -euo pipefail
work=$1 gobs=$2 module=$3 patience=$4
ip link set lo up
ip addr add 203.0.113.7/32 dev lo
mount --bind "$work/hosts" /etc/hosts
nft add table inet rig
nft add chain inet rig in '{ type filter hook input priority 0; }'
nft add rule inet rig in ip daddr 203.0.113.7 drop
python3 "$work/forge.py" "$work" &
server=$!
trap 'kill $server' EXIT
export HOME=$work/home GOPRIVATE='*.corp.example' GOPROXY=off GOTOOLCHAIN=local GOFLAGS=-modcacherw SSH_AUTH_SOCK=
export SSL_CERT_FILE=$work/ca.pem GIT_SSL_CAINFO=$work/ca.pem GIT_CONFIG_NOSYSTEM=1
cd "$work"
until "$gobs" trace --quiet "$module@v1.0.0" >/dev/null 2>&1; do sleep 0.2; done

echo "== a private module over https: gobs trace against go mod download"
hyperfine --style none --warmup 2 --runs 15 --export-json "$work/times.json" \
  --prepare "rm -rf $HOME/go" -n trace "$gobs trace $module@v1.0.0" \
  --prepare "rm -rf $HOME/go" -n download "go mod download $module@v1.0.0" >/dev/null

echo "== a host whose packets vanish"
time_of() { # NAME COMMAND…
  local name=$1 start=$EPOCHREALTIME status=0
  shift
  timeout "$patience" "$@" >"$work/$name.said" 2>&1 || status=$?
  awk -v a="$start" -v b="$EPOCHREALTIME" -v name="$name" -v status="$status" \
    'BEGIN { printf "%8.1f s   %s%s\n", b - a, name, status == 124 ? " (stopped, still waiting)" : "" }'
}
time_of trace-page "$gobs" trace mute.corp.example/team/lib@v1.0.0
time_of go-page go mod download mute.corp.example/team/lib@v1.0.0
time_of trace-git "$gobs" trace mute.corp.example/team/lib.git@v1.0.0
time_of go-git go mod download mute.corp.example/team/lib.git@v1.0.0
echo "gobs: $(grep -m1 cause "$work/trace-page.said")"
echo "go:   $(tail -1 "$work/go-page.said")"
SH
PATH=$PATH:/usr/sbin:/sbin unshare -n -m bash "$work/inside.sh" "$work" "$gobs" "$module" "$patience"

python3 - "$work" <<'PY'
import json, sys
times = {r["command"]: (r["median"] * 1000, r["min"] * 1000) for r in json.load(open(f"{sys.argv[1]}/times.json"))["results"]}
for name, (median, least) in times.items():
    print(f"{median:8.1f} ms  {name} (median; least {least:.1f} ms)")
print(f"trace costs {times['trace'][0] / times['download'][0]:.2f} x the download (limit 1.3)")
PY
