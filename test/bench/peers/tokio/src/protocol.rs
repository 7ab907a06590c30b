// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

//! What every benchmark program speaks: see protocol.hpp, which says it once for all of them.

use std::io::BufRead;
use std::time::Instant;

/// What one round used, and what it computed.
pub struct Round {
    pub quantity: &'static str,
    pub amount: u64,
    pub result: u64,
}

/// Runs `f`, which returns the result, and takes the time.
pub fn timed(f: impl FnOnce() -> u64) -> Round {
    let start = Instant::now();
    let result = f();
    Round { quantity: "ns", amount: start.elapsed().as_nanos() as u64, result }
}

/// Bytes of this process that are in memory.
pub fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc is mounted");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("VmRSS is there");
    let kib = line.split_whitespace().nth(1).expect("VmRSS has a value");
    1024 * kib.parse::<u64>().expect("VmRSS is a number")
}

fn next_line() -> Option<String> {
    std::io::stdin().lock().lines().next().map(|line| line.expect("stdin can be read"))
}

/// Tells the driver that a round is set up; returns once the driver has seen this process at rest.
pub fn wait_until_at_rest() {
    println!("{{\"ready\":true}}");
    next_line().expect("the driver is there");
}

/// Runs one round per line of stdin and answers each.
pub fn serve(mut run: impl FnMut() -> Round) {
    while next_line().is_some() {
        let done = run();
        println!("{{\"{}\":{},\"result\":{}}}", done.quantity, done.amount, done.result);
    }
}
