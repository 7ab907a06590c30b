// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/done_callback.hpp>

#include <sweet/actors/runtime/cell/end_waiter.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/home/log_to_stderr.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/memory/block_pool.hpp>
#include <sweet/actors/runtime/system/actor_host.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/exception_text.hpp>

#include <caf/resumable.hpp>

#include <new>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

/// Describes the exception that is being handled.
std::string thrown_text() {
  try {
    throw;
  } catch (const cancelled&) {
    return "cancelled";
  } catch (...) {
    return exception_text();
  }
}

/// Waits for the outcome of a task, then becomes a job for a worker.
class callback_job final : public end_waiter, public caf::resumable {
public:
  callback_job(cell& task, std::unique_ptr<done_callback> callback) noexcept
      : task_(&task), callback_(std::move(callback)) {
    add_reference(task);
    ended = [](end_waiter& w) noexcept { static_cast<callback_job&>(w).submit(); };
  }

  /// Queues the call or, if the runtime is gone, makes it. The last touch of this by the caller.
  void submit() noexcept {
    in_runtime_ = gate().enter();
    if (in_runtime_) {
      // The outcome of the task has woken this job.
      task_home& home = home_of(*task_);
      if (workplace* p = workplace_in(home))
        p->push_woken(job{this}, normal_lane);
      else
        home.inject(job{this}, normal_lane);
    } else {
      run();
      delete this;
    }
  }

  subtype_t subtype() const override { return function_object; }
  resume_result resume(actor_host*, std::size_t) override {
    this_thread().in_callback = true;
    run();
    this_thread().in_callback = false;
    return done;
  }
  // One owner: the queue.
  void intrusive_ptr_add_ref_impl() override {}
  void intrusive_ptr_release_impl() override { delete this; }

private:
  runtime_gate& gate() const noexcept { return span_of(*task_).owner->global().gate(); }

  void run() noexcept {
    try {
      callback_->call(*task_);
    } catch (...) {
      tell();
    }
    // The objects that the callback holds may need the runtime, too.
    callback_ = nullptr;
    runtime_gate& passed = gate();
    release_reference(*task_);
    if (in_runtime_)
      passed.leave();
  }

  /// Reports the exception that is being handled.
  void tell() const noexcept {
    try {
      auto text = "a callback of on_done() threw: " + thrown_text();
      if (in_runtime_)
        log_as(*task_, log_level::error, std::move(text));
      else
        log_to_stderr({log_level::error, id_of(*task_), name_of(*task_), std::move(text), {}});
    } catch (const std::bad_alloc&) {
      log_sink::tell_no_memory();
    }
  }

  cell* task_;
  std::unique_ptr<done_callback> callback_;
  bool in_runtime_ = false;
};

} // namespace

void call_when_done(cell& task, std::unique_ptr<done_callback> callback) {
  // add_waiter() needs the side block: if there is no memory for it, nothing has happened yet.
  side_of(task);
  auto* job = new callback_job{task, std::move(callback)};
  if (!add_waiter(task, *job))
    job->submit();
}

} // namespace sweet::inline v0_5::detail
