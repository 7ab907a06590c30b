#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/boost_check.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <string>
#include <thread>

namespace sweet::inline v0_5::detail {

class task_home;

/// Something that the I/O thread does for a wait. It lies in the wait.
struct io_job {
  /// Called on the I/O thread, which then does not touch the job any more.
  void (*run)(io_job&) noexcept = nullptr;
  io_job* next = nullptr;
};

/// The thread that runs the io_context of a runtime.
///
/// All that an operation does happens on this thread: it is initiated there, its handlers run
/// there, and it is cancelled there. So objects of Asio need no strand, though the tasks that use
/// them run on many threads.
class io_thread {
public:
  /// Returns the I/O thread of a runtime, made by the first call.
  /// @throws std::system_error if the system refuses the thread, or a descriptor
  static io_thread& of(task_home& home);

  /// Starts the thread. The log of the home gets what handlers of the program throw.
  explicit io_thread(task_home& home);
  /// Stops the io_context, and destroys it with the handlers that it still has.
  ~io_thread();
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;

  boost::asio::io_context& context() noexcept { return context_; }

  /// Has the thread run a job, after those that were submitted before. Any thread; allocates
  /// nothing.
  void submit(io_job& job) noexcept;

private:
  template <class T>
  class wake_up_allocator;

  void run() noexcept;
  void run_jobs() noexcept;
  void report(const std::string& what) noexcept;

  task_home& home_;
  /// What Asio makes of the wake-up of the thread; only one is on its way at a time.
  alignas(std::max_align_t) std::array<std::byte, 256> wake_up_;
  /// The hint: one thread runs it.
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  /// The job that was submitted last, which leads to the ones before it.
  std::atomic<io_job*> jobs_{nullptr};
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

} // namespace sweet::inline v0_5::detail
