// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

//! The cases as a user of Tokio writes them.

mod events;
mod protocol;
mod sharing;

use protocol::{resident_bytes, timed, wait_until_at_rest, Round};
use std::future::{pending, Future};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::Notify;
use tokio::task::JoinSet;

/// A future that calls itself must be boxed.
type BoxedFuture = Pin<Box<dyn Future<Output = u64> + Send>>;

/// Runs `body` as a task of the runtime, not on the calling thread, and waits for its result.
fn run_task(runtime: &Runtime, body: impl Future<Output = u64> + Send + 'static) -> u64 {
    runtime.block_on(async { tokio::spawn(body).await.unwrap() })
}

fn flat(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let mut children = Vec::with_capacity(size as usize);
            for i in 0..size {
                children.push(tokio::spawn(async move { i }));
            }
            let mut sum = 0;
            for child in children {
                sum += child.await.unwrap();
            }
            sum
        })
    })
}

fn as_finished(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let mut children = JoinSet::new();
            for i in 0..size {
                children.spawn(async move { i });
            }
            let mut sum = 0;
            while let Some(value) = children.join_next().await {
                sum += value.unwrap();
            }
            sum
        })
    })
}

fn one_by_one(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let mut sum = 0;
            for i in 0..size {
                sum += tokio::spawn(async move { i }).await.unwrap();
            }
            sum
        })
    })
}

fn external(runtime: &Runtime, size: u64) -> Round {
    timed(|| (0..size).map(|i| run_task(runtime, async move { i })).sum())
}

fn sum_leaves(first: u64, leaves: u64) -> BoxedFuture {
    Box::pin(async move {
        if leaves == 1 {
            return first;
        }
        let step = leaves / 10;
        let mut children = Vec::with_capacity(10);
        for i in 0..10 {
            children.push(tokio::spawn(sum_leaves(first + i * step, step)));
        }
        let mut sum = 0;
        for child in children {
            sum += child.await.unwrap();
        }
        sum
    })
}

fn tree(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, sum_leaves(0, size)))
}

fn count_leaves(leaves: u64) -> BoxedFuture {
    Box::pin(async move {
        if leaves == 1 {
            return 1;
        }
        let left = tokio::spawn(count_leaves(leaves / 2));
        let right = tokio::spawn(count_leaves(leaves / 2));
        left.await.unwrap() + right.await.unwrap()
    })
}

fn bintree(runtime: &Runtime, size: u64) -> Round {
    timed(|| run_task(runtime, count_leaves(size)))
}

/// How many tasks have begun to idle, and how many of these have ended.
#[derive(Default)]
struct Census {
    idle: AtomicU64,
    ended: AtomicU64,
    all_ended: Notify,
}

impl Census {
    fn wait_for_idle(&self, tasks: u64) {
        while self.idle.load(Ordering::Acquire) < tasks {
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

/// Lies in an idle task and is dropped with it.
struct Presence(Arc<Census>);

impl Drop for Presence {
    fn drop(&mut self) {
        if self.0.ended.fetch_add(1, Ordering::AcqRel) + 1 == self.0.idle.load(Ordering::Acquire) {
            self.0.all_ended.notify_one();
        }
    }
}

/// A subtree that idles until it is aborted: the dropped set of a node aborts its children.
fn idle_tree(leaves: u64, census: Arc<Census>) -> BoxedFuture {
    Box::pin(async move {
        let mut children = JoinSet::new();
        if leaves > 1 {
            for _ in 0..10 {
                children.spawn(idle_tree(leaves / 10, census.clone()));
            }
        }
        census.idle.fetch_add(1, Ordering::AcqRel);
        let _presence = Presence(census);
        pending().await
    })
}

/// Of several ways to cancel and join a tree (a shared watch channel, a oneshot per child, sets
/// that abort when dropped) this is the one that is fastest in Tokio.
fn cancel(runtime: &Runtime, size: u64) -> Round {
    let census = Arc::new(Census::default());
    let root = runtime.spawn(idle_tree(size, census.clone()));
    census.wait_for_idle((10 * size - 1) / 9);
    wait_until_at_rest();
    timed(|| {
        root.abort();
        runtime.block_on(census.all_ended.notified());
        assert!(runtime.block_on(root).unwrap_err().is_cancelled());
        census.ended.load(Ordering::Acquire)
    })
}

/// Children in a set, which cancels and joins them: what a child of ours is to its parent.
fn idle_bytes(runtime: &Runtime, size: u64) -> Round {
    let census = Arc::new(Census::default());
    let before = resident_bytes();
    let leaves = census.clone();
    let parent = runtime.spawn(async move {
        let mut children = JoinSet::new();
        for _ in 0..size {
            let census = leaves.clone();
            children.spawn(async move {
                census.idle.fetch_add(1, Ordering::AcqRel);
                pending::<u64>().await
            });
        }
        pending().await
    });
    census.wait_for_idle(size);
    let amount = resident_bytes() - before;
    parent.abort();
    let parent: Result<(), _> = runtime.block_on(parent);
    assert!(parent.unwrap_err().is_cancelled());
    Round { quantity: "bytes", amount, result: census.idle.load(Ordering::Acquire) }
}

type Case = (&'static str, fn(&Runtime, u64) -> Round);

const CASES: [Case; 16] = [
    ("flat", flat),
    ("as_finished", as_finished),
    ("one_by_one", one_by_one),
    ("external", external),
    ("tree", tree),
    ("bintree", bintree),
    ("cancel", cancel),
    ("events_single", events::single),
    ("events_chunks", events::in_chunks),
    ("events_fan", events::fan),
    ("events_fan_chunks", events::fan_in_chunks),
    ("events_join", events::join),
    ("ping_pong", events::ping_pong),
    ("semaphore", sharing::semaphore),
    ("mutex", sharing::mutex),
    ("idle_bytes", idle_bytes),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments == ["--cases"] {
        for (name, _) in CASES {
            println!("{name}");
        }
        return;
    }
    assert!(arguments.len() == 3, "expected: CASE THREADS SIZE, or --cases");
    let (_, case) = CASES.iter().find(|(name, _)| name == &arguments[0]).expect("CASE is known");
    let threads = arguments[1].parse().expect("THREADS is a number");
    let size = arguments[2].parse().expect("SIZE is a number");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()
        .expect("a runtime can be made");
    protocol::serve(|| case(&runtime, size));
}
