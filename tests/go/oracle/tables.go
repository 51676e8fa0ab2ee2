package main

import (
	"bytes"
	"fmt"
	"strconv"
	"unicode"
)

// rustTables prints src/text/gostr/tables.rs: what Go's unicode package knows and Rust's standard library does not.
func rustTables() string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "//! Unicode %s as Go has it: printable runes, letters and simple case folding. Made by `tests/go/oracle tables`.\n", unicode.Version)
	ranges := func(doc, name string, in func(rune) bool) {
		fmt.Fprintf(&b, "\n/// %s\n#[rustfmt::skip]\npub(super) const %s: &[(u32, u32)] = &[", doc, name)
		n, start := 0, rune(-1)
		for r := rune(0); r <= unicode.MaxRune+1; r++ {
			ok := r <= unicode.MaxRune && in(r)
			switch {
			case ok && start < 0:
				start = r
			case !ok && start >= 0:
				if n%6 == 0 {
					b.WriteString("\n   ")
				}
				n++
				fmt.Fprintf(&b, " (0x%x, 0x%x),", start, r-1)
				start = -1
			}
		}
		b.WriteString("\n];\n")
	}
	ranges("First and last of each run of runes that `strconv.IsPrint` accepts.", "PRINT", strconv.IsPrint)
	ranges("First and last of each run of runes that `unicode.IsLetter` accepts.", "LETTER", unicode.IsLetter)

	// What strToFold (x/mod/zip) maps a rune to, as runs of (first, last, step, folded first).
	fold := func(r rune) rune {
		for {
			r0 := r
			r = unicode.SimpleFold(r0)
			if r <= r0 {
				break
			}
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	type run struct{ first, last, step, to rune }
	var runs []run
	for r := rune(0); r <= unicode.MaxRune; r++ {
		f := fold(r)
		if f == r {
			continue
		}
		if n := len(runs) - 1; n >= 0 {
			l := &runs[n]
			if f-r == l.to-l.first {
				if l.first == l.last && r-l.last <= 2 {
					l.step, l.last = r-l.last, r
					continue
				}
				if r-l.last == l.step {
					l.last = r
					continue
				}
			}
		}
		runs = append(runs, run{r, r, 1, f})
	}
	b.WriteString("\n/// Runs of runes that fold to another: first, last, step, what the first folds to.\n#[rustfmt::skip]\npub(super) const FOLD: &[(u32, u32, u32, u32)] = &[")
	for i, l := range runs {
		if i%4 == 0 {
			b.WriteString("\n   ")
		}
		fmt.Fprintf(&b, " (0x%x, 0x%x, %d, 0x%x),", l.first, l.last, l.step, l.to)
	}
	b.WriteString("\n];\n")
	return b.String()
}
