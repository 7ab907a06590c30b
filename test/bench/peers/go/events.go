// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

package main

import "sync"

const (
	// What a channel holds at most, in values.
	capacity  = 1024
	chunkSize = 64
	producers = 4
)

// Calls `work` in `count` goroutines, and `finish` when all of them have ended.
func inParallel(count int, work func(number int), finish func()) {
	var running sync.WaitGroup
	running.Add(count)
	for i := 0; i < count; i++ {
		go func(number int) {
			work(number)
			running.Done()
		}(i)
	}
	go func() {
		running.Wait()
		finish()
	}()
}

func produce(first, step, size uint64, output chan<- uint64) {
	for value := first; value < size; value += step {
		output <- value
	}
}

func consume(input <-chan uint64) uint64 {
	sum := uint64(0)
	for value := range input {
		sum += value
	}
	return sum
}

func single(size uint64) uint64 {
	values := make(chan uint64, capacity)
	go func() {
		produce(0, 1, size, values)
		close(values)
	}()
	return consume(values)
}

func join(size uint64) uint64 {
	values := make(chan uint64, capacity)
	produceShare := func(number int) { produce(uint64(number), producers, size, values) }
	inParallel(producers, produceShare, func() { close(values) })
	return consume(values)
}

// The workers take turns as they do with chunks. One channel for both is no faster.
func fan(size uint64) uint64 {
	workers := [2]chan uint64{make(chan uint64, capacity), make(chan uint64, capacity)}
	collected := make(chan uint64, capacity)
	go func() {
		for value := uint64(0); value < size; value++ {
			workers[value/chunkSize%2] <- value
		}
		close(workers[0])
		close(workers[1])
	}()
	increment := func(number int) {
		for value := range workers[number] {
			collected <- value + 1
		}
	}
	inParallel(len(workers), increment, func() { close(collected) })
	return consume(collected)
}

func makeChunks() chan []uint64 {
	return make(chan []uint64, capacity/chunkSize)
}

// A chunk of the values from `first` on.
func chunkFrom(first, size uint64) []uint64 {
	chunk := make([]uint64, 0, chunkSize)
	for value := first; value < size && len(chunk) < chunkSize; value++ {
		chunk = append(chunk, value)
	}
	return chunk
}

func consumeChunks(input <-chan []uint64) uint64 {
	sum := uint64(0)
	for chunk := range input {
		for _, value := range chunk {
			sum += value
		}
	}
	return sum
}

func inChunks(size uint64) uint64 {
	chunks := makeChunks()
	go func() {
		for first := uint64(0); first < size; first += chunkSize {
			chunks <- chunkFrom(first, size)
		}
		close(chunks)
	}()
	return consumeChunks(chunks)
}

func fanInChunks(size uint64) uint64 {
	workers := [2]chan []uint64{makeChunks(), makeChunks()}
	collected := makeChunks()
	go func() {
		for first := uint64(0); first < size; first += chunkSize {
			workers[first/chunkSize%2] <- chunkFrom(first, size)
		}
		close(workers[0])
		close(workers[1])
	}()
	increment := func(number int) {
		for chunk := range workers[number] {
			for i := range chunk {
				chunk[i]++
			}
			collected <- chunk
		}
	}
	inParallel(len(workers), increment, func() { close(collected) })
	return consumeChunks(collected)
}

func pingPong(size uint64) uint64 {
	ping, pong := make(chan uint64), make(chan uint64)
	go func() {
		for value := range ping {
			pong <- value + 1
		}
	}()
	value := uint64(0)
	for i := uint64(0); i < size; i++ {
		ping <- value
		value = <-pong
	}
	close(ping)
	return value
}

// From four goroutines to four others.
func many(size uint64) uint64 {
	values := make(chan uint64, capacity)
	sums := make(chan uint64, producers)
	produceShare := func(number int) { produce(uint64(number), producers, size, values) }
	inParallel(producers, produceShare, func() { close(values) })
	inParallel(producers, func(int) { sums <- consume(values) }, func() { close(sums) })
	return consume(sums)
}
