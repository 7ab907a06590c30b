// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

//! Values that travel between tasks, one by one or in chunks, through bounded channels.

use crate::protocol::{timed, Round};
use crate::run_task;
use std::fmt::Debug;
use tokio::runtime::Runtime;
use tokio::sync::mpsc::{channel, Receiver, Sender};

/// What a channel holds at most, in values.
const CAPACITY: usize = 1024;
const CHUNK: u64 = 64;
const CHUNKS: usize = CAPACITY / CHUNK as usize;
const PRODUCERS: u64 = 4;

trait Message: Debug + Send + 'static {
    fn sum(self) -> u64;
    fn incremented(self) -> Self;
}

impl Message for u64 {
    fn sum(self) -> u64 {
        self
    }

    fn incremented(self) -> u64 {
        self + 1
    }
}

impl Message for Vec<u64> {
    fn sum(self) -> u64 {
        self.iter().sum()
    }

    fn incremented(mut self) -> Vec<u64> {
        self.iter_mut().for_each(|value| *value += 1);
        self
    }
}

fn chunks(size: u64) -> impl Iterator<Item = Vec<u64>> {
    (0..size).step_by(CHUNK as usize).map(move |first| (first..size.min(first + CHUNK)).collect())
}

async fn produce<M: Message>(messages: impl Iterator<Item = M>, output: Sender<M>) {
    for message in messages {
        output.send(message).await.expect("the consumer is there");
    }
}

async fn consume<M: Message>(mut input: Receiver<M>) -> u64 {
    let mut sum = 0;
    while let Some(message) = input.recv().await {
        sum += message.sum();
    }
    sum
}

async fn increment<M: Message>(mut input: Receiver<M>, output: Sender<M>) {
    while let Some(message) = input.recv().await {
        output.send(message.incremented()).await.expect("the collector is there");
    }
}

async fn through_one<M: Message>(
    capacity: usize,
    messages: impl Iterator<Item = M> + Send + 'static,
) -> u64 {
    let (output, input) = channel(capacity);
    tokio::spawn(produce(messages, output));
    consume(input).await
}

/// A worker gets `turn` messages before it is the other one's turn.
async fn through_two<M: Message>(
    capacity: usize,
    turn: usize,
    messages: impl Iterator<Item = M> + Send + 'static,
) -> u64 {
    let (collected, input) = channel(capacity);
    let workers = [(); 2].map(|()| {
        let (output, input) = channel(capacity);
        tokio::spawn(increment(input, collected.clone()));
        output
    });
    drop(collected);
    tokio::spawn(async move {
        for (number, message) in messages.enumerate() {
            let worker = &workers[number / turn % workers.len()];
            worker.send(message).await.expect("the worker is there");
        }
    });
    consume(input).await
}

pub fn single(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, through_one(CAPACITY, 0..size)))
}

pub fn in_chunks(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, through_one(CHUNKS, chunks(size))))
}

pub fn fan(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, through_two(CAPACITY, CHUNK as usize, 0..size)))
}

pub fn fan_in_chunks(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, through_two(CHUNKS, 1, chunks(size))))
}

pub fn join(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let (output, input) = channel(CAPACITY);
            for first in 0..PRODUCERS {
                let values = (first..size).step_by(PRODUCERS as usize);
                tokio::spawn(produce(values, output.clone()));
            }
            drop(output);
            consume(input).await
        })
    })
}

pub fn ping_pong(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let (ping, mut pinged) = channel(1);
            let (pong, mut ponged) = channel(1);
            tokio::spawn(async move {
                while let Some(value) = pinged.recv().await {
                    pong.send(value + 1).await.expect("the other task is there");
                }
            });
            let mut value = 0;
            for _ in 0..size {
                ping.send(value).await.expect("the other task is there");
                value = ponged.recv().await.expect("each ping is answered");
            }
            value
        })
    })
}
