#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <chrono>

namespace asking {

/// Sets a flag when it is destroyed.
struct at_end {
  explicit at_end(std::atomic<bool>& ended) : flag_(ended) {}
  at_end(const at_end&) = delete;
  at_end& operator=(const at_end&) = delete;
  ~at_end() { flag_ = true; }

private:
  std::atomic<bool>& flag_;
};

/// What a request to an actor is answered with.
template <class R, class... Args>
sweet::task_result<R> ask(sweet::runtime& rt, const caf::actor& whom, Args... args) {
  return rt
      .spawn([=](sweet::task_context ctx) -> sweet::async<sweet::task_result<R>> {
        co_return co_await ctx.request<R>(whom, std::chrono::seconds{10}, args...).result();
      })
      .await()
      .value();
}

template <class R, class... Args>
sweet::spawning_task<sweet::task_result<R>> ask_later(sweet::runtime& rt, const caf::actor& whom,
                                                      Args... args) {
  return rt.spawn([=](sweet::task_context ctx) -> sweet::async<sweet::task_result<R>> {
    co_return co_await ctx.request<R>(whom, std::chrono::seconds{10}, args...).result();
  });
}

/// Something that has happened, for threads to wait for.
class flag {
public:
  void set() {
    is_set_ = true;
    is_set_.notify_all();
  }
  void wait() const { is_set_.wait(false); }

private:
  std::atomic<bool> is_set_{false};
};

/// A place where a handler waits until it is let through.
struct gate {
  flag reached;
  sweet::async_event go;
};

} // namespace asking
