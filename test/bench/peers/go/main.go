// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// The cases as a user of Go writes them. Speaks what protocol.hpp says.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

var cases = []struct {
	name string
	run  func(size uint64) uint64
}{
	{"events_single", single},
	{"events_chunks", inChunks},
	{"events_fan", fan},
	{"events_fan_chunks", fanInChunks},
	{"events_join", join},
	{"ping_pong", pingPong},
	{"channel_many", many},
}

// Runs one round per line of stdin and answers each.
func serve(run func(size uint64) uint64, size uint64) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		start := time.Now()
		result := run(size)
		fmt.Printf("{\"ns\":%d,\"result\":%d}\n", time.Since(start).Nanoseconds(), result)
	}
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "--cases" {
		for _, known := range cases {
			fmt.Println(known.name)
		}
		return
	}
	if len(os.Args) == 4 {
		threads, bad := strconv.Atoi(os.Args[2])
		size, wrong := strconv.ParseUint(os.Args[3], 10, 64)
		for _, known := range cases {
			if known.name == os.Args[1] && bad == nil && wrong == nil {
				runtime.GOMAXPROCS(threads)
				serve(known.run, size)
				return
			}
		}
	}
	fmt.Fprintln(os.Stderr, "expected: CASE THREADS SIZE, or --cases")
	os.Exit(2)
}
