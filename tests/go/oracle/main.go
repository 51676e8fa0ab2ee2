// Oracle answers what Go itself says: one JSON array per line, ["op", base64…] in, [base64…] out.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
)

type op func(args []string) []string

var ops = map[string]op{}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "tables" {
		fmt.Print(rustTables())
		return
	}
	if len(os.Args) > 2 && os.Args[1] == "serve" {
		serve(os.Args[2:])
	}
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 64<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		var line []string
		if err := json.Unmarshal(in.Bytes(), &line); err != nil {
			panic(err)
		}
		args := line[1:]
		for i, a := range args {
			b, err := base64.StdEncoding.DecodeString(a)
			if err != nil {
				panic(err)
			}
			args[i] = string(b)
		}
		answer := ask(line[0], args)
		for i, a := range answer {
			answer[i] = base64.StdEncoding.EncodeToString([]byte(a))
		}
		b, _ := json.Marshal(answer)
		out.Write(append(b, '\n'))
	}
}

func ask(name string, args []string) (answer []string) {
	defer func() {
		if e := recover(); e != nil {
			answer = []string{fmt.Sprintf("panic: %v", e)}
		}
	}()
	f, ok := ops[name]
	if !ok {
		return []string{"no such op: " + name}
	}
	return f(args)
}
