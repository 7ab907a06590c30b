#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/completion_core.hpp>
#include <sweet/actors/sync/operation.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

/// The end of a completion that sets its outcome, once: by `set(value)` or `set.fail(error)`. If it
/// is destroyed before, the outcome is the error `unreachable`. Any thread, one at a time. Whoever
/// gets the outcome may destroy the setter at once, although the call that has set it still runs.
template <class T>
class completion_setter {
public:
  /// Makes the setter of a completion. For the library.
  explicit completion_setter(std::shared_ptr<detail::completion_core<T>> core) noexcept
      : core_(std::move(core)) {}
  /// Takes the place of another setter, which is used up then.
  completion_setter(completion_setter&& other) noexcept = default;
  /// Takes the place of another setter; the completion of this one is left to its receivers unset.
  completion_setter& operator=(completion_setter&& other) noexcept {
    completion_setter taken{std::move(other)};
    std::swap(core_, taken.core_);
    return *this;
  }
  ~completion_setter() {
    if (core_ == nullptr)
      return;
    static_cast<void>(core_->set(detail::error_or_spare(error_code::unreachable, [] {
      return task_error{error_code::unreachable,
                        "the setter of the completion was destroyed before it had set anything"};
    })));
  }

  /// Tells whether there is still something to set: the setter was neither used nor moved from.
  explicit operator bool() const noexcept { return core_ != nullptr; }

  /// Sets the value: `set(value)`. Exceptions of its conversion and move pass through; the setter
  /// is not used up then.
  /// @returns false if all receivers have gone: the value is destroyed
  /// @throws std::logic_error if the setter is used up
  template <class U = T>
    requires(!std::is_void_v<T> && std::convertible_to<U, T>)
  bool operator()(U&& value) {
    return use(std::in_place, std::forward<U>(value));
  }
  /// Sets the completion of type `void`: `set()`.
  /// @returns false if all receivers have gone @throws std::logic_error if the setter is used up
  bool operator()()
    requires std::is_void_v<T>
  {
    return use(std::in_place);
  }
  /// Sets an error. An empty one becomes error_code::unknown.
  /// @returns false if all receivers have gone @throws std::logic_error if the setter is used up
  bool fail(task_error error) { return use(std::move(error)); }

  /// Tells whether anybody can get the outcome: a receiver is there. Once it is false it stays so.
  /// @pre the setter is not used up
  bool is_wanted() const noexcept { return core_->is_wanted(); }
  /// Waits until all receivers have gone: `co_await set.unwanted()`, in a callable
  /// `set.unwanted().await()`; with the work itself in a select(), which ends the work early. The
  /// setter must stay where it is until then, and not be used.
  /// @pre the setter is not used up
  auto unwanted() noexcept {
    return operation<typename detail::completion_core<T>::unwanted_arm>{std::in_place, *core_};
  }

private:
  template <class... Args>
  bool use(Args&&... args) {
    if (core_ == nullptr)
      throw std::logic_error{"this completion was set before, or its setter was moved from"};
    // Before anybody is woken: whoever gets the outcome may destroy the setter.
    auto core = std::move(core_);
    try {
      return core->set(std::forward<Args>(args)...);
    } catch (...) {
      core_ = std::move(core);
      throw;
    }
  }

  std::shared_ptr<detail::completion_core<T>> core_;
};

/// The end of a completion that gets its outcome. Copies get the same outcome. Any thread, and each
/// copy by any number at once.
template <class T>
class completion_result {
public:
  /// Makes the first receiver of a completion. For the library.
  explicit completion_result(std::shared_ptr<detail::completion_core<T>> core) noexcept
      : core_(std::move(core)) {
    core_->add_receiver();
  }
  /// Makes another receiver of the same completion.
  completion_result(const completion_result& other) noexcept : core_(other.core_) {
    if (core_ != nullptr)
      core_->add_receiver();
  }
  /// Takes the place of another receiver, which must not be used any more.
  completion_result(completion_result&& other) noexcept = default;
  /// Receives the outcome of the other completion from now on.
  completion_result& operator=(completion_result other) noexcept {
    std::swap(core_, other.core_);
    return *this;
  }
  ~completion_result() {
    if (core_ != nullptr)
      core_->remove_receiver();
  }

  /// Waits for the outcome: `auto outcome = co_await result.get()`, in a callable
  /// `result.get().await()`. Gives a task_result<T>: the value or the error that was set, as often
  /// as it is asked for; or `unreachable` if the setter was destroyed.
  ///
  /// The value is copied. One that cannot be copied goes to the first one that asks, and later ones
  /// get the error `invalid_state`. The receiver must stay where it is until then.
  /// @throws what copying or moving the value throws, from the wait
  auto get() noexcept {
    return operation<typename detail::completion_core<T>::get_arm>{std::in_place, *core_};
  }
  /// Returns what get() gives, if it is there. Any thread.
  /// @throws what copying or moving the value throws
  std::optional<task_result<T>> try_get() { return core_->try_get(); }
  /// Tells whether the outcome is there: get() does not wait.
  bool is_ready() const noexcept { return core_->is_set(); }

private:
  std::shared_ptr<detail::completion_core<T>> core_;
};

/// One outcome that is handed over once, from anywhere to anyone that waits: a task, a callback of
/// another library, a thread.
///
///     auto [set, result] = sweet::completion<int>{};
///     library.call([set = std::move(set)](int answer) mutable { set(answer); });
///     const auto outcome = co_await result.get();
///
/// Both ends are handles, and the outcome lives as long as any of them; a setter that was used lets
/// go of it. A completion needs no runtime, works between tasks of several ones, and goes on after
/// they have ended. Setting and getting allocate nothing. Those that wait are woken in the order in
/// which they came; a wait that is cancelled or lost in a select() has taken nothing.
/// @tparam T the value; may be void
template <class T>
struct completion {
  /// Makes a completion that is not set.
  completion() : completion(std::make_shared<detail::completion_core<T>>()) {}

  completion_setter<T> set;    ///< the end that sets the outcome
  completion_result<T> result; ///< the end that gets it

private:
  explicit completion(const std::shared_ptr<detail::completion_core<T>>& core) noexcept
      : set(core), result(core) {}
};

} // namespace sweet::inline v0_5
