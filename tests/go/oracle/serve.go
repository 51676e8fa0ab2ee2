package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/dirhash"
)

// serve runs the Go project's own database server: oracle serve ADDRESS NAME SEED TREE COUNT FILLER.
//
// TREE is a module proxy's tree, whose modules it knows; before the first question it has COUNT records named after
// FILLER, so that logs of the same key can differ. It answers at / for itself, at /sumdb/NAME/ as a proxy that relays
// it, and is a proxy of TREE beside that.
func serve(a []string) {
	address, name, seed, tree, count, filler := a[0], a[1], a[2], a[3], num(a[4]), a[5]
	skey, _ := keys(name, seed)
	gosum := func(path, vers string) ([]byte, error) {
		if path == filler {
			return fmt.Appendf(nil, "%s %s h1:zip=\n%s %s/go.mod h1:mod=\n", path, vers, path, vers), nil
		}
		epath, err1 := module.EscapePath(path)
		evers, err2 := module.EscapeVersion(vers)
		if err1 != nil || err2 != nil {
			return nil, fs.ErrNotExist
		}
		file := filepath.Join(tree, epath, "@v", evers)
		zip, err := dirhash.HashZip(file+".zip", dirhash.Hash1)
		if err != nil {
			return nil, fs.ErrNotExist
		}
		mod, err := dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) { return os.Open(file + ".mod") })
		if err != nil {
			return nil, fs.ErrNotExist
		}
		return fmt.Appendf(nil, "%s %s %s\n%s %s/go.mod %s\n", path, vers, zip, path, vers, mod), nil
	}
	test := sumdb.NewTestServer(skey, gosum)
	server := sumdb.NewServer(test)
	lookup := func(path, vers string) {
		if _, err := test.Lookup(context.Background(), module.Version{Path: path, Version: vers}); err != nil {
			panic(err)
		}
	}
	for i := int64(0); i < count; i++ {
		lookup(filler, fmt.Sprintf("v1.0.%d", i))
	}
	files := http.FileServer(http.Dir(tree))
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			// The test server panics on tiles beyond its tree.
			if e := recover(); e != nil {
				http.Error(w, "not found", http.StatusNotFound)
			}
		}()
		relayed := "/sumdb/" + name
		if rest, ok := strings.CutPrefix(r.URL.Path, relayed); ok {
			r.URL.Path = rest
			if rest == "/supported" {
				return
			}
		}
		for _, path := range sumdb.ServerPaths {
			if strings.HasPrefix(r.URL.Path, path) {
				server.ServeHTTP(w, r)
				return
			}
		}
		files.ServeHTTP(w, r)
	})
	l, err := net.Listen("tcp", address)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stderr, http.Serve(l, handler))
	os.Exit(1)
}
