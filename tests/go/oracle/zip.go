package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb/dirhash"
	modzip "golang.org/x/mod/zip"
)

func init() {
	// Names and contents by turns; the method of each is told by the first byte of its name, which is cut off.
	ops["zip.make"] = func(a []string) []string {
		var buf bytes.Buffer
		w := zip.NewWriter(&buf)
		for i := 0; i+1 < len(a); i += 2 {
			h := &zip.FileHeader{Name: a[i][1:]}
			if a[i][0] == 'd' {
				h.Method = zip.Deflate
			}
			f, err := w.CreateHeader(h)
			if err != nil {
				panic(err)
			}
			io.WriteString(f, a[i+1])
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
		return []string{buf.String()}
	}
	// Path, version, zip: its hash, what CheckZip and Unzip say, and the hash of what was unpacked.
	ops["zip.judge"] = func(a []string) []string {
		m := module.Version{Path: a[0], Version: a[1]}
		dir, err := os.MkdirTemp("", "oracle")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		file := filepath.Join(dir, "x.zip")
		if err := os.WriteFile(file, []byte(a[2]), 0o666); err != nil {
			panic(err)
		}
		hash, err1 := dirhash.HashZip(file, dirhash.DefaultHash)
		_, err2 := modzip.CheckZip(m, file)
		out := filepath.Join(dir, "out")
		err3 := modzip.Unzip(out, m, file)
		unpacked := ""
		if err3 == nil {
			unpacked, _ = dirhash.HashDir(out, m.String(), dirhash.DefaultHash)
		}
		unzip := ""
		if err3 != nil {
			unzip = "refused"
		}
		return []string{hash, words(err1), words(err2), unzip, unpacked}
	}
	ops["hash1"] = func(a []string) []string {
		content := map[string]string{}
		var names []string
		for i := 0; i+1 < len(a); i += 2 {
			names = append(names, a[i])
			content[a[i]] = a[i+1]
		}
		h, err := dirhash.Hash1(names, func(name string) (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader([]byte(content[name]))), nil
		})
		return []string{h, words(err)}
	}
}
