#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/boost_check.hpp>

#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/asio/io_thread.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <exception>

namespace sweet::inline v0_5::detail {

/// The wait of a coroutine for an operation of Asio, without the types of the operation.
///
/// Operations use buffers that lie in the frame of the coroutine, so the wait does not end before
/// the operation has: a stop cancels the operation, and then waits on.
///
/// Three parties use a wait besides the task: the job that initiates the operation, the handler,
/// and the job that cancels the operation, if there is one. The first and the last run on the I/O
/// thread, and the handler does if the operation heeds the executor of its handler. Each has a
/// share, and the one that gives the last share back wakes the task.
class io_wait : public wait_source {
public:
  io_wait(const io_wait&) = delete;
  io_wait& operator=(const io_wait&) = delete;

  // -- the task -----------------------------------------------------------------------------------

  /// Begins the wait of a task. @returns true: the coroutine suspends, to wait or to stop
  /// @throws std::system_error if there is no I/O thread yet, and the system refuses it
  bool suspend(cell& self);

  // -- the handler --------------------------------------------------------------------------------

  boost::asio::io_context::executor_type executor() const noexcept {
    return thread_->context().get_executor();
  }
  boost::asio::cancellation_slot slot() noexcept { return signal_.slot(); }
  /// Notes that the operation has ended, or will never end because its handler is destroyed. The
  /// last touch of the wait.
  void handled() noexcept;
  /// Keeps the current exception, which co_await is to throw.
  void fail() noexcept { error_ = std::current_exception(); }

protected:
  io_wait() noexcept;
  ~io_wait() = default;

  /// Initiates the operation with a handler, whose share is given back whatever happens.
  virtual void initiate() = 0;

  static bool retract(wait_source& s, cell&) noexcept;
  /// Whether the operation was told to end. In the task's context.
  bool was_cancelled() const noexcept;
  /// What the operation, or a part of it, threw. @pre the wait is over
  const std::exception_ptr& error() const noexcept { return error_; }

private:
  struct job : io_job {
    io_wait* wait = nullptr;
  };

  void begin() noexcept;
  void cancel() noexcept;
  void give_back(std::uint32_t shares) noexcept;

  static constexpr std::uint32_t cancelled = 1; ///< the task wants the operation to end
  static constexpr std::uint32_t ended = 2;     ///< the handler has come
  static constexpr std::uint32_t share = 4;

  std::atomic<std::uint32_t> state_{2 * share};
  cell* task_ = nullptr;
  io_thread* thread_ = nullptr;
  boost::asio::cancellation_signal signal_;
  std::exception_ptr error_;
  job begins_;
  job cancels_;
};

} // namespace sweet::inline v0_5::detail
