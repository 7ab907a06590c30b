#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_result.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// The completion handler of an operation that a coroutine awaits. Its executor is that of the I/O
/// thread, so that all steps of an operation, and its cancellation, come one after the other.
///
/// A handler that is destroyed without being called ends the wait, too.
template <class... Args>
class io_handler {
public:
  using executor_type = boost::asio::io_context::executor_type;
  using cancellation_slot_type = boost::asio::cancellation_slot;

  explicit io_handler(io_result<Args...>& wait) noexcept : wait_(&wait) {}
  io_handler(io_handler&& other) noexcept : wait_(std::exchange(other.wait_, nullptr)) {}
  io_handler& operator=(io_handler&&) = delete;
  ~io_handler() {
    if (wait_ != nullptr)
      wait_->handled();
  }

  /// Ends the wait. Called once, not after the handler was moved from.
  template <class... Values>
  void operator()(Values&&... values) noexcept {
    auto& wait = *std::exchange(wait_, nullptr);
    wait.keep(std::forward<Values>(values)...);
    wait.handled();
  }

  executor_type get_executor() const noexcept { return wait_->executor(); }
  cancellation_slot_type get_cancellation_slot() const noexcept { return wait_->slot(); }

private:
  io_result<Args...>* wait_;
};

} // namespace sweet::inline v0_5::detail
