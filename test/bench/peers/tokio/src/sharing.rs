// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

//! Permits and locks that nobody else wants.

use crate::protocol::{timed, Round};
use crate::run_task;
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, Semaphore};

pub fn semaphore(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let alone = Semaphore::new(1);
            let mut acquired = 0;
            for _ in 0..size {
                let _permit = alone.acquire().await.expect("it is not closed");
                acquired += 1;
            }
            acquired
        })
    })
}

pub fn mutex(runtime: &Runtime, size: u64) -> Round {
    timed(|| {
        run_task(runtime, async move {
            let alone = Mutex::new(0);
            for _ in 0..size {
                *alone.lock().await += 1;
            }
            alone.into_inner()
        })
    })
}
