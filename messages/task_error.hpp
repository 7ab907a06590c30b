#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <cstdint>
#include <iosfwd>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sweet/messages/caf_origin.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/messages/inspection.hpp>
#include <sweet/messages/task_id.hpp>

namespace sweet {

namespace detail {

struct task_error_rep;

} // namespace detail

/// Why a task did not produce its value: a code, a message for people, the task it happened in, the
/// error that caused it, and the caf::error it was made from, if any.
///
/// A value the size of one pointer. What it points to is immutable and shared, so that copies cost
/// one counter and an outcome can be handed to any number of waiters. Default constructed, it is
/// empty and means "no error"; an empty error costs nothing to make, copy and destroy.
///
/// Distinct objects may be used from different threads even if they are copies of each other.
class task_error {
public:
  /// No error.
  task_error() noexcept = default;

  explicit task_error(error_code code, std::string message = {});

  task_error(const task_error& other) noexcept : rep_(other.rep_) { retain(); }

  /// Leaves `other` empty.
  task_error(task_error&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}

  task_error& operator=(task_error other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  ~task_error() {
    if (rep_ != nullptr)
      drop(rep_);
  }

  /// Whether there is an error.
  explicit operator bool() const noexcept { return rep_ != nullptr; }

  /// The kind of failure; error_code::unknown if this is empty.
  error_code code() const noexcept;

  /// What went wrong, in words; may be empty.
  const std::string& message() const noexcept;

  /// The task it happened in; task_id::none if it was in no task, or nobody has said yet.
  task_id id() const noexcept;

  /// That task's name; may be empty.
  const std::string& name() const noexcept;

  /// Which attempt of that task failed, counted from 1; 0 if nobody has said.
  std::uint32_t attempt() const noexcept;

  /// The error behind this one; empty if there is none.
  const task_error& cause() const noexcept;

  /// Of an error that several errors together have led to: those behind this one besides cause().
  const std::vector<task_error>& other_causes() const noexcept;

  /// The last error of the chain of causes, where it all began; this one if it has no cause.
  const task_error& root_cause() const noexcept;

  /// The caf::error that this was made from; null if it was made by other means.
  const caf_origin* origin() const noexcept;

  /// How long to wait at least before another attempt; empty if the error does not say.
  std::optional<std::chrono::nanoseconds> retry_after() const noexcept;

  /// The same error, which happened in that task. No error stays no error.
  [[nodiscard]] task_error with_task(task_id id, std::string name,
                                     std::uint32_t attempt = 1) const&;
  [[nodiscard]] task_error with_task(task_id id, std::string name, std::uint32_t attempt = 1) &&;

  /// The same error with that cause in place of its own. What would be no error with a cause is
  /// that cause: no failure gets lost.
  [[nodiscard]] task_error with_cause(task_error cause) const&;
  [[nodiscard]] task_error with_cause(task_error cause) &&;

  /// The same error with those causes in place of its own: the first is cause(), the others are
  /// other_causes(). Those that are no errors are left out.
  [[nodiscard]] task_error with_causes(std::vector<task_error> causes) const&;
  [[nodiscard]] task_error with_causes(std::vector<task_error> causes) &&;

  /// The same error, made from that caf::error. No error stays no error.
  /// @pre `origin.code != 0`
  [[nodiscard]] task_error with_origin(caf_origin origin) const&;
  [[nodiscard]] task_error with_origin(caf_origin origin) &&;

  /// The same error, which asks who tries again to wait at least so long before, as a service does
  /// that is too busy; a negative duration counts as 0. No error stays no error.
  [[nodiscard]] task_error with_retry_after(std::chrono::nanoseconds wait) const&;
  [[nodiscard]] task_error with_retry_after(std::chrono::nanoseconds wait) &&;

  /// Whether both say the same, causes included.
  friend bool operator==(const task_error& a, const task_error& b) noexcept {
    return a.rep_ == b.rep_ || same(a.rep_, b.rep_);
  }

  /// For the runtime only: gives up the ownership that this object holds and leaves it empty. The
  /// pointer keeps the error alive until it has been through adopt(); null if there was no error.
  [[nodiscard]] void* release() noexcept { return std::exchange(rep_, nullptr); }

  /// For the runtime only: takes over what release() has given up.
  /// @pre `released` is null or came from release(), and was not adopted yet.
  static task_error adopt(void* released) noexcept {
    task_error result;
    result.rep_ = static_cast<detail::task_error_rep*>(released);
    return result;
  }

  /// As to_string(), made once and kept as long as the error; empty text if it is empty, or the
  /// mere message if memory is short.
  const char* what() const noexcept;

private:
  void retain() const noexcept;
  detail::task_error_rep& make_own();
  static void drop(detail::task_error_rep* rep) noexcept;
  static bool same(const detail::task_error_rep* a, const detail::task_error_rep* b) noexcept;

  detail::task_error_rep* rep_ = nullptr;
};

static_assert(sizeof(task_error) == sizeof(void*));

/// One line for the error and one for each cause, the nearest first:
///
///     failure: cannot load the model (task #7 "train", attempt 2)
///       caused by io: connection reset by peer (task #9 "fetch")
///
/// A further cause of the same error reads "and by". Of more than 32 errors, the middle is left out
/// and counted. "no error" if it is empty.
std::string to_string(const task_error& x);

std::ostream& operator<<(std::ostream& out, const task_error& x);

namespace detail {

/// An error that is made in advance, so that giving it needs no memory: for what happens when none
/// is left. One with error_code::cancelled reads like any other cancellation.
task_error spare_error(error_code code) noexcept;

/// What `make()` returns, an error; without memory for that, a spare one with this code.
template <class F>
task_error error_or_spare(error_code code, F&& make) noexcept {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return spare_error(code);
  }
}

/// One error without its causes: errors travel as a flat list, since recursion over what a peer
/// sent could be made to overflow the stack.
struct task_error_level {
  error_code code = error_code::unknown;
  std::string message;
  task_id id;
  std::string name;
  std::uint32_t attempt = 0;
  caf_origin origin;             ///< its code is 0 if there is none
  std::int64_t retry_after = -1; ///< nanoseconds; negative if there is none
  std::uint32_t of = 0; ///< where in the list the error is whose cause this one is; before it
};

/// `x` and all its causes, each before its own causes; nothing if it is empty.
std::vector<task_error_level> flatten(const task_error& x);

/// The inverse of flatten().
task_error assemble(std::vector<task_error_level> levels);

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, task_error_level& x) {
  return inspect_fields(f, "task_error_level", x.code, x.message, x.id, x.name, x.attempt,
                        x.origin.code, x.origin.category, x.origin.text, x.retry_after, x.of);
}

} // namespace detail

template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_error& x) {
  return detail::inspect_as(
      f, "task_error", [&] { return detail::flatten(x); },
      [&](std::vector<detail::task_error_level> levels) {
        x = detail::assemble(std::move(levels));
      });
}

} // namespace sweet
