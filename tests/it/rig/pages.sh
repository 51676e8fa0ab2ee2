#!/bin/sh
# What a forge answers to what is not Git's own traffic: ?go-get=1 and the pages people see.
# In: MANNER, GO_GET, URI, ON (host), CLONE (what stands before a project in a clone URL), REPOS, CAME and EXPECTED (Authorization).

answer() { # STATUS BODY [HEADER]
  printf 'Status: %s\r\nContent-Type: text/html; charset=utf-8\r\n%s\r\n%s\n' "$1" "${3:+$3
}" "$2"
  exit
}
sign_in() { answer '302 Found' '<html><body>You are being redirected.</body></html>' 'Location: /users/sign_in'; }
meta() { # PROJECT
  answer '200 OK' "<html><head><meta name=\"go-import\" content=\"$ON/$1 git $CLONE$1.git\"></head><body>go get $ON/$1</body></html>"
}
two_segments() {
  owner=${path%%/*} rest=${path#*/}
  [ "$owner" = "$path" ] && answer '404 Not Found' '<html><body>404</body></html>'
  meta "$owner/${rest%%/*}"
}
project() { # the longest prefix of the path that is one
  at=$path
  while :; do
    [ -d "$REPOS/$at.git" ] && meta "$at"
    case $at in */*) at=${at%/*} ;; *) return ;; esac
  done
}

path=${URI#/} path=${path%/}
[ "$path" = users/sign_in ] &&
  answer '200 OK' '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form><input name="password"></form></body></html>'
known= && { [ "$EXPECTED" = - ] || [ "$CAME" = "$EXPECTED" ]; } && known=1
if [ "$MANNER" = password ] && [ -z "$known" ]; then
  answer '401 Unauthorized' '<html><body>401 Authorization Required</body></html>' 'WWW-Authenticate: Basic realm="Intranet"'
fi
[ "$MANNER" = nothing ] && answer '404 Not Found' '<html><body>404</body></html>'
[ "$MANNER" = signin ] && [ -z "$known" ] && sign_in
[ -z "$GO_GET" ] && sign_in
case $MANNER in
gitea) two_segments ;;
esac
[ -n "$CAME" ] && [ -z "$known" ] && answer '404 Not Found' '<html><body>404</body></html>'
[ -n "$known" ] && project
two_segments
