package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/module"
	"golang.org/x/mod/sumdb"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func num(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// keys makes the key pair of a database of this name from anything.
func keys(name, from string) (skey, vkey string) {
	seed := sha256.Sum256([]byte(from))
	priv := ed25519.NewKeyFromSeed(seed[:])
	pub := append([]byte{1}, priv.Public().(ed25519.PublicKey)...)
	h := sha256.Sum256(append([]byte(name+"\n"), pub...))
	hash := binary.BigEndian.Uint32(h[:])
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, hash, b64(append([]byte{1}, seed[:]...))),
		fmt.Sprintf("%s+%08x+%s", name, hash, b64(pub))
}

func sign(skey, text string) []byte {
	signer, err := note.NewSigner(skey)
	if err != nil {
		panic(err)
	}
	msg, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		panic(err)
	}
	return msg
}

// A growing log in memory.
type memory struct {
	hashes []tlog.Hash
	n      int64
}

func (m *memory) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, x := range indexes {
		out = append(out, m.hashes[x])
	}
	return out, nil
}

func (m *memory) add(text []byte) {
	h, err := tlog.StoredHashes(m.n, text, m)
	if err != nil {
		panic(err)
	}
	m.hashes = append(m.hashes, h...)
	m.n++
}

func (m *memory) head(skey string, n int64, more string) []byte {
	h, err := tlog.TreeHash(n, m)
	if err != nil {
		panic(err)
	}
	return sign(skey, string(tlog.FormatTree(tlog.Tree{N: n, Hash: h}))+more)
}

func joined(hs []tlog.Hash) string {
	var b bytes.Buffer
	for _, h := range hs {
		b.Write(h[:])
	}
	return b.String()
}

// What a client of the database sees: files by path, a cache, a head that it remembers.
type memoryOps struct {
	key      string
	latest   []byte
	remote   map[string][]byte
	mu       sync.Mutex
	cache    map[string][]byte
	security string
}

func (o *memoryOps) ReadRemote(path string) ([]byte, error) {
	if b, ok := o.remote[path]; ok {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

func (o *memoryOps) ReadConfig(file string) ([]byte, error) {
	if file == "key" {
		return []byte(o.key), nil
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.latest, nil
}

func (o *memoryOps) WriteConfig(file string, old, new []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !bytes.Equal(old, o.latest) {
		return sumdb.ErrWriteConflict
	}
	o.latest = new
	return nil
}

func (o *memoryOps) ReadCache(file string) ([]byte, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if b, ok := o.cache[file]; ok && len(b) > 0 {
		return b, nil
	}
	return nil, fs.ErrNotExist
}

func (o *memoryOps) WriteCache(file string, data []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cache[file] = data
}

func (o *memoryOps) Log(string) {}

func (o *memoryOps) SecurityError(msg string) { o.security = msg }

func init() {
	ops["note.open"] = func(a []string) []string {
		v, err := note.NewVerifier(a[1])
		if err != nil {
			panic(err)
		}
		n, err := note.Open([]byte(a[0]), note.VerifierList(v))
		if err != nil {
			return []string{words(err)}
		}
		return []string{"", n.Text}
	}
	ops["note.sign"] = func(a []string) []string { return []string{string(sign(a[0], a[1]))} }
	ops["note.keys"] = func(a []string) []string {
		skey, vkey := keys(a[0], a[1])
		return []string{skey, vkey}
	}
	ops["tlog.tree"] = func(a []string) []string {
		t, err := tlog.ParseTree([]byte(a[0]))
		if err != nil {
			return []string{words(err)}
		}
		return []string{"", fmt.Sprint(t.N), t.Hash.String()}
	}
	ops["tlog.record"] = func(a []string) []string {
		id, text, rest, err := tlog.ParseRecord([]byte(a[0]))
		if err != nil {
			return []string{words(err)}
		}
		return []string{"", fmt.Sprint(id), string(text), string(rest)}
	}
	ops["tlog.tile"] = func(a []string) []string {
		t, err := tlog.ParseTilePath(a[0])
		if err != nil {
			return []string{words(err)}
		}
		return []string{"", fmt.Sprint(t.H, t.L, t.N, t.W)}
	}
	ops["tlog.index"] = func(a []string) []string {
		h, level, n := int(num(a[0])), int(num(a[1])), num(a[2])
		x := tlog.StoredHashIndex(level, n)
		l, m := tlog.SplitStoredHashIndex(x)
		return []string{fmt.Sprint(x), fmt.Sprint(l, m), tlog.TileForIndex(h, x).Path()}
	}
	// A log of so many records: its stored hashes, and the root after each.
	ops["tlog.log"] = func(a []string) []string {
		m := new(memory)
		var roots []tlog.Hash
		for i := int64(0); i < num(a[0]); i++ {
			m.add([]byte(fmt.Sprintf("%s %d\n", a[1], i)))
			h, err := tlog.TreeHash(i+1, m)
			if err != nil {
				panic(err)
			}
			roots = append(roots, h)
		}
		return []string{joined(m.hashes), joined(roots)}
	}
	// Proofs in that log.
	ops["tlog.prove"] = func(a []string) []string {
		m := new(memory)
		t, n := num(a[2]), num(a[3])
		for i := int64(0); i < num(a[0]); i++ {
			m.add([]byte(fmt.Sprintf("%s %d\n", a[1], i)))
		}
		record, err1 := tlog.ProveRecord(t, n, m)
		tree, err2 := tlog.ProveTree(t, n, m)
		return []string{joined(record), words(err1), joined(tree), words(err2)}
	}
	// A whole database: key, sizes, then path, version and text of each record. Gives files by path for each size.
	ops["sumdb.build"] = func(a []string) []string {
		m := new(memory)
		var records []string
		for i := 2; i+2 < len(a); i += 3 {
			m.add([]byte(a[i+2]))
			msg, err := tlog.FormatRecord(m.n-1, []byte(a[i+2]))
			if err != nil {
				panic(err)
			}
			records = append(records, a[i], a[i+1], string(msg))
		}
		out := map[string]string{}
		for _, size := range strings.Split(a[1], ",") {
			n := num(size)
			head := string(m.head(a[0], n, ""))
			out["head/"+size] = head
			for i := int64(0); i < n; i++ {
				path, err := module.EscapePath(records[3*i])
				if err != nil {
					panic(err)
				}
				out["/lookup/"+path+"@"+records[3*i+1]+" "+size] = records[3*i+2] + head
			}
			for _, t := range tlog.NewTiles(8, 0, n) {
				data, err := tlog.ReadTileData(t, m)
				if err != nil {
					panic(err)
				}
				out["/"+t.Path()] = string(data)
			}
		}
		var flat []string
		for k, v := range out {
			flat = append(flat, k, v)
		}
		return flat
	}
	// Key, remembered head, module path, version, then names and bodies of files; `cache/…` is what was kept.
	ops["sumdb.client"] = func(a []string) []string {
		o := &memoryOps{key: a[0], latest: []byte(a[1]), remote: map[string][]byte{}, cache: map[string][]byte{}}
		for i := 4; i+1 < len(a); i += 2 {
			if name, ok := strings.CutPrefix(a[i], "cache/"); ok {
				o.cache[name] = []byte(a[i+1])
			} else {
				o.remote[a[i]] = []byte(a[i+1])
			}
		}
		c := sumdb.NewClient(o)
		zip, err1 := c.Lookup(a[2], a[3])
		gomod, err2 := c.Lookup(a[2], a[3]+"/go.mod")
		err := errors.Join(err1, err2)
		if err == nil && (len(zip) == 0 || len(gomod) == 0) {
			// What cmd/go makes of it (modfetch/fetch.go:checkSumDB).
			err = errors.New("checksum missing from sumdb response")
		}
		return []string{words(err), o.security, strings.Join(append(zip, gomod...), "\n")}
	}
}
