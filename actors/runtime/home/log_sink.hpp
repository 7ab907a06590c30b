#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/home/log_to_stderr.hpp>

#include <functional>
#include <new>
#include <utility>

namespace sweet::inline v0_5::detail {

class task_home;

/// Where the log records of a runtime go.
class log_sink {
public:
  explicit log_sink(const task_home& home) noexcept : home_(home) {}

  /// Sets the function that gets the records; empty: log_to_stderr(). Called before any write.
  void use(std::function<void(const log_record&)> f) { write_ = std::move(f); }

  /// Writes a record. If the function throws, its exception and the record go to standard error.
  /// Any thread.
  void write(const log_record& record) const noexcept;

  /// Writes the record that `make()` returns, where nothing may be thrown. Without memory for it,
  /// standard error says so.
  template <class F>
  void write_made(F&& make) const noexcept {
    try {
      write(make());
    } catch (const std::bad_alloc&) {
      tell_no_memory();
    }
  }

  /// Says on standard error that something could not be logged.
  static void tell_no_memory() noexcept;

private:
  const task_home& home_;
  std::function<void(const log_record&)> write_;
};

} // namespace sweet::inline v0_5::detail
