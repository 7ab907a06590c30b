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

namespace sweet::inline v0_5 {

namespace detail {

struct task_error_rep;

} // namespace detail

/// An error says why a task did not produce its value: a code, a message for people, the task it
/// happened in, the error that caused it, and the caf::error it was made from, if any.
///
/// A value the size of one pointer. What it points to is immutable and shared, so that copies cost
/// one counter and an outcome can be handed to any number of waiters. Default constructed, it is
/// empty and means "no error"; an empty error costs nothing to make, copy and destroy.
///
/// Distinct objects may be used from different threads even if they are copies of each other.
class task_error {
public:
  /// Makes an empty error, which means "no error".
  task_error() noexcept = default;

  /// Makes an error with a code and a message for people, in no task and without a cause.
  explicit task_error(error_code code, std::string message = {});

  /// Shares the error of `other`: one atomic increment.
  task_error(const task_error& other) noexcept : rep_(other.rep_) { retain(); }

  /// Takes the error of `other`, which is empty afterwards.
  task_error(task_error&& other) noexcept : rep_(std::exchange(other.rep_, nullptr)) {}

  /// Replaces this error by `other`.
  task_error& operator=(task_error other) noexcept {
    std::swap(rep_, other.rep_);
    return *this;
  }

  /// Destroys the error once no copy of it is left.
  ~task_error() {
    if (rep_ != nullptr)
      drop(rep_);
  }

  /// Tells whether this is an error; an empty one is none.
  explicit operator bool() const noexcept { return rep_ != nullptr; }

  /// Returns the kind of failure; error_code::unknown if this is empty.
  error_code code() const noexcept;

  /// Returns what went wrong, in words; may be empty.
  const std::string& message() const noexcept;

  /// Returns the task that failed; task_id::none if the error arose outside of tasks, or is not
  /// attributed yet.
  task_id id() const noexcept;

  /// Returns the name of the task that failed; may be empty.
  const std::string& name() const noexcept;

  /// Returns which attempt of the task failed, counted from 1; 0 if the error does not say.
  std::uint32_t attempt() const noexcept;

  /// Returns the error behind this one; empty if there is none.
  const task_error& cause() const noexcept;

  /// Returns the causes besides cause(), of an error that several errors together have led to.
  const std::vector<task_error>& other_causes() const noexcept;

  /// Returns the last error in the chain of cause(), where the failure began; this error if it has
  /// no cause.
  const task_error& root_cause() const noexcept;

  /// Returns the caf::error that this was made from; null if it was made in another way. Valid as
  /// long as this error.
  const caf_origin* origin() const noexcept;

  /// Returns how long to wait at least before another attempt; empty if the error does not say.
  std::optional<std::chrono::nanoseconds> retry_after() const noexcept;

  /// Returns a copy of the error that names the task in which it happened. An empty error stays
  /// empty.
  /// @param attempt which attempt of that task failed, counted from 1
  [[nodiscard]] task_error with_task(task_id id, std::string name,
                                     std::uint32_t attempt = 1) const&;
  /// Returns the error, moved, with the task in which it happened. An empty error stays empty.
  /// @param attempt which attempt of that task failed, counted from 1
  [[nodiscard]] task_error with_task(task_id id, std::string name, std::uint32_t attempt = 1) &&;

  /// Returns a copy of the error whose cause is `cause`, in place of the former causes. An empty
  /// error becomes `cause` itself, so that no failure gets lost.
  [[nodiscard]] task_error with_cause(task_error cause) const&;
  /// Returns the error, moved, whose cause is `cause`, in place of the former causes. An empty
  /// error becomes `cause` itself, so that no failure gets lost.
  [[nodiscard]] task_error with_cause(task_error cause) &&;

  /// Returns a copy of the error with these causes in place of the former ones: the first becomes
  /// cause(), the others other_causes(). Empty errors among them are left out.
  [[nodiscard]] task_error with_causes(std::vector<task_error> causes) const&;
  /// Returns the error, moved, with these causes in place of the former ones: the first becomes
  /// cause(), the others other_causes(). Empty errors among them are left out.
  [[nodiscard]] task_error with_causes(std::vector<task_error> causes) &&;

  /// Returns a copy of the error that names the caf::error it was made from. An empty error stays
  /// empty.
  /// @pre `origin.code != 0`
  [[nodiscard]] task_error with_origin(caf_origin origin) const&;
  /// Returns the error, moved, with the caf::error that it was made from. An empty error stays
  /// empty.
  /// @pre `origin.code != 0`
  [[nodiscard]] task_error with_origin(caf_origin origin) &&;

  /// Returns a copy of the error that asks to wait at least this long before another attempt, as a
  /// service does that is too busy. A negative duration counts as 0; an empty error stays empty.
  [[nodiscard]] task_error with_retry_after(std::chrono::nanoseconds wait) const&;
  /// Returns the error, moved, which asks to wait at least this long before another attempt, as a
  /// service does that is too busy. A negative duration counts as 0; an empty error stays empty.
  [[nodiscard]] task_error with_retry_after(std::chrono::nanoseconds wait) &&;

  /// Tells whether both errors have the same contents, causes included.
  friend bool operator==(const task_error& a, const task_error& b) noexcept {
    return a.rep_ == b.rep_ || same(a.rep_, b.rep_);
  }

  /// Gives up the ownership that this object holds and leaves it empty. For the runtime only.
  /// @returns a pointer that keeps the error alive until adopt() takes it; null if there was no
  /// error
  [[nodiscard]] void* release() noexcept { return std::exchange(rep_, nullptr); }

  /// Takes over what release() has given up. For the runtime only.
  /// @pre `released` is null or came from release(), and was not adopted yet.
  static task_error adopt(void* released) noexcept {
    task_error result;
    result.rep_ = static_cast<detail::task_error_rep*>(released);
    return result;
  }

  /// Returns to_string() of this error, made once and kept as long as the error. Returns "" if the
  /// error is empty, and the mere message if memory is short.
  const char* what() const noexcept;

private:
  void retain() const noexcept;
  detail::task_error_rep& make_own();
  static void drop(detail::task_error_rep* rep) noexcept;
  static bool same(const detail::task_error_rep* a, const detail::task_error_rep* b) noexcept;

  detail::task_error_rep* rep_ = nullptr;
};

static_assert(sizeof(task_error) == sizeof(void*));

/// Formats the error as one line, and each cause as another one, the nearest first.
///
///     failure: cannot load the model (task #7 "train", attempt 2)
///       caused by io: connection reset by peer (task #9 "fetch")
///
/// A further cause of the same error reads "and by". Of more than 32 errors, the middle is left out
/// and counted. An empty error reads "no error".
std::string to_string(const task_error& x);

/// Writes to_string() of the error.
std::ostream& operator<<(std::ostream& out, const task_error& x);

namespace detail {

/// Returns an error that is made in advance, so that giving it needs no memory: for failures when
/// no memory is left. One with error_code::cancelled reads like any other cancellation.
task_error spare_error(error_code code) noexcept;

/// Returns the error that `make()` returns; without memory for that, spare_error(code).
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
  std::uint32_t of = 0; ///< place in the list, before this one, of the error that this one caused
};

/// Returns `x` and all its causes, each before its own causes; an empty list if `x` is empty.
std::vector<task_error_level> flatten(const task_error& x);

/// Puts together the error that flatten() has taken apart.
task_error assemble(std::vector<task_error_level> levels);

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, task_error_level& x) {
  return inspect_fields(f, "task_error_level", x.code, x.message, x.id, x.name, x.attempt,
                        x.origin.code, x.origin.category, x.origin.text, x.retry_after, x.of);
}

} // namespace detail

/// Lets CAF serialise the error with all its causes.
template <class Inspector>
detail::inspection<Inspector> inspect(Inspector& f, task_error& x) {
  return detail::inspect_as(
      f, "task_error", [&] { return detail::flatten(x); },
      [&](std::vector<detail::task_error_level> levels) {
        x = detail::assemble(std::move(levels));
      });
}

} // namespace sweet::inline v0_5
