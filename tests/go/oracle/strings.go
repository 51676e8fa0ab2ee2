package main

import (
	"path"
	"strconv"
	"strings"
)

func init() {
	ops["fields"] = func(a []string) []string { return strings.Fields(a[0]) }
	ops["trim"] = func(a []string) []string { return []string{strings.TrimSpace(a[0])} }
	ops["quote"] = func(a []string) []string { return []string{strconv.Quote(a[0])} }
	ops["unquote"] = func(a []string) []string {
		s, err := strconv.Unquote(a[0])
		return []string{s, words(err)}
	}
	ops["path.match"] = func(a []string) []string {
		ok, err := path.Match(a[0], a[1])
		return []string{strconv.FormatBool(ok), words(err)}
	}
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
