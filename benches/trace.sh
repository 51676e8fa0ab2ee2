#!/usr/bin/env bash
# A whole `gobs trace` of a private module beside the `go mod download` it foretells: the same servers (nginx with
# git-http-backend, ?go-get=1, an own authority, a login in netrc), the same warm machine, by turns. Then both against
# hosts that accept and never answer, before TLS and after. All of it on loopback, in a network namespace of its own.
#
#   benches/trace.sh [GOBS]      default: target/release/gobs; needs root (or unprivileged user namespaces)
#   ROUNDS=15 PATIENCE=20        how often; how many seconds go is given against a silent host
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin

if [ "${1-}" != --inside ]; then
  cd "$(dirname "$0")/.."
  gobs=$(realpath "${1:-target/release/gobs}")
  [ -x "$gobs" ] || { echo "benches/trace.sh: $gobs is not there: cargo build --release" >&2; exit 1; }
  for tool in go git nginx fcgiwrap openssl python3 unshare ip; do
    command -v "$tool" >/dev/null || { echo "benches/trace.sh: $tool is needed: scripts/test installs it" >&2; exit 1; }
  done
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # With a process namespace, too: whatever was started ends with it.
  unshare --map-root-user --net --mount --pid --fork --kill-child --mount-proc \
    bash "$(realpath "benches/$(basename "$0")")" --inside "$gobs" "$work"
  exit
fi

gobs=$2
work=$3
rounds=${ROUNDS:-15}
patience=${PATIENCE:-20}
host=git.corp.example
module=$host/team/lib@v1.0.0
mutes=(mute.corp.example mute-tls.corp.example)

# A private repository, a certificate, a home with a login, names.
git -c init.defaultBranch=main init -q "$work/src"
printf 'module %s\n\ngo 1.21\n' "${module%@*}" >"$work/src/go.mod"
echo 'package lib' >"$work/src/lib.go"
git -C "$work/src" add .
git -C "$work/src" -c user.name=rig -c user.email=rig@example.com commit -qm lib
git -C "$work/src" tag v1.0.0
mkdir -p "$work/repos/team" "$work/home" "$work/temp"
git clone -q --bare "$work/src" "$work/repos/team/lib.git"
openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$host" -days 30 \
  -addext basicConstraints=critical,CA:FALSE -addext "subjectAltName=DNS:$host,DNS:${mutes[1]}" \
  -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
echo "machine $host login oauth2 password t0ken" >"$work/home/.netrc"
chmod 600 "$work/home/.netrc"
echo 'oauth2:{PLAIN}t0ken' >"$work/users"
printf '%s\n' '127.0.0.1 localhost' "127.0.0.2 $host" "127.0.0.3 ${mutes[0]}" "127.0.0.4 ${mutes[1]}" >"$work/hosts"
ip link set lo up
mount --bind "$work/hosts" /etc/hosts

temps=$(for kind in client_body proxy fastcgi uwsgi scgi; do echo "${kind}_temp_path $work/temp/$kind;"; done)
cat >"$work/nginx.conf" <<CONF
daemon off; master_process off; user root; pid $work/nginx.pid; error_log $work/error.log;
events {}
http {
  access_log off; $temps
  server {
    listen 127.0.0.2:443 ssl; ssl_certificate $work/ca.pem; ssl_certificate_key $work/key.pem;
    location ~ '\.git/(info/refs|git-upload-pack)\$' {
      auth_basic Git; auth_basic_user_file $work/users;
      fastcgi_pass unix:$work/fcgi.sock;
      fastcgi_param REQUEST_METHOD \$request_method; fastcgi_param QUERY_STRING \$query_string;
      fastcgi_param CONTENT_TYPE \$content_type; fastcgi_param CONTENT_LENGTH \$content_length;
      fastcgi_param SCRIPT_FILENAME $(git --exec-path)/git-http-backend; fastcgi_param PATH_INFO \$uri;
      fastcgi_param GIT_PROJECT_ROOT $work/repos; fastcgi_param GIT_HTTP_EXPORT_ALL 1;
      fastcgi_param REMOTE_USER \$remote_user; fastcgi_param GIT_PROTOCOL \$http_git_protocol;
      fastcgi_param HTTP_CONTENT_ENCODING \$http_content_encoding;
    }
    location / {
      default_type text/html;
      return 200 '<meta name="go-import" content="$host/team/lib git https://$host/team/lib.git">';
    }
  }
}
CONF
fcgiwrap -f -c 2 -s "unix:$work/fcgi.sock" >/dev/null 2>&1 &
until [ -S "$work/fcgi.sock" ]; do sleep 0.1; done
nginx -e stderr -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.log" &
# The silent hosts: of one, the kernel accepts and nobody reads; the other shakes hands and falls silent.
cat >"$work/silent.py" <<'PY'
import socket, ssl, sys, threading
mute = socket.create_server(("127.0.0.3", 443))
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("ca.pem", "key.pem")
server = socket.create_server(("127.0.0.4", 443))
held = []
def greet(connection):
    try:
        held.append(context.wrap_socket(connection, server_side=True))
    except OSError:
        pass
while True:
    threading.Thread(target=greet, args=(server.accept()[0],), daemon=True).start()
PY
(cd "$work" && exec python3 silent.py) &

export HOME=$work/home GOPRIVATE='*.corp.example' GOPROXY=off GOTOOLCHAIN=local GOFLAGS=-modcacherw
export SSL_CERT_FILE=$work/ca.pem GIT_SSL_CAINFO=$work/ca.pem GIT_CONFIG_NOSYSTEM=1 SSH_AUTH_SOCK=
unset GOENV GOMODCACHE GONOPROXY GONOSUMDB GOVCS GOAUTH http_proxy https_proxy HTTP_PROXY HTTPS_PROXY
cd "$work"

# Ready, and both of one mind, or the figures mean nothing.
for ((try = 0; ; try++)); do
  (for ip in 127.0.0.{2,3,4}; do exec 3<>"/dev/tcp/$ip/443" || exit 1; done) 2>/dev/null && break
  [ "$try" -lt 100 ] || { echo "benches/trace.sh: the servers do not come up:" >&2; cat "$work/nginx.log" >&2; exit 1; }
  sleep 0.1
done
"$gobs" trace "$module" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
go mod download "$module" || exit 1

python3 - "$gobs" "$module" "$rounds" "$patience" "${mutes[@]}" <<'PY'
import shutil, statistics, subprocess, sys, time
gobs, module, rounds, patience, *mutes = sys.argv[1:]
commands = {"gobs trace": [gobs, "trace"], "go mod download": ["go", "mod", "download"]}

def run(command, what, limit=None):
    shutil.rmtree("home/go", ignore_errors=True)
    start = time.monotonic()
    try:
        status = subprocess.run(command + [what], capture_output=True, timeout=limit).returncode
    except subprocess.TimeoutExpired:
        status = None
    return time.monotonic() - start, status

print(f"{module}, {rounds} rounds by turns:")
times = {name: [] for name in commands}
for _ in range(int(rounds)):
    for name, command in commands.items():
        took, status = run(command, module)
        assert status == 0, (name, status)
        times[name].append(took * 1000)
for name, all in times.items():
    print(f"  {name:16} median {statistics.median(all):7.1f} ms   best {min(all):7.1f} ms")
trace, download = times.values()
print(f"  trace / download: {statistics.median(trace) / statistics.median(download):.2f} of the medians, "
      f"{min(trace) / min(download):.2f} of the best (limit 1.3)")

for mute, how in zip(mutes, ["accepts and says nothing", "shakes hands (TLS) and says nothing"]):
    print(f"a host that {how}:")
    waited = []
    for name, command in commands.items():
        took, status = run(command, f"{mute}/team/lib@v1.0.0", float(patience))
        end = "still waiting, stopped here" if status is None else f"exit {status}"
        waited.append(took)
        print(f"  {name:16} {took:7.1f} s   {end}")
    print(f"  download / trace: {'over ' if status is None else ''}{waited[1] / waited[0]:.1f}")
PY
