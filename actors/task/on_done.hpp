#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/done_callback.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/task/child_task.hpp>
#include <sweet/actors/task/continuations.hpp>
#include <sweet/actors/task/spawning_task.hpp>
#include <sweet/actors/task/take_outcome.hpp>

#include <functional>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5 {

namespace detail {

template <class T, class F>
class outcome_callback final : public done_callback {
public:
  template <class G>
  explicit outcome_callback(G&& f) : f_(std::forward<G>(f)) {}

  void call(cell& task) override { std::invoke(std::move(f_), outcome_of(task)); }

private:
  /// Returns the outcome, or error_code::resource_limit if there is no memory for a copy.
  static task_result<T> outcome_of(cell& task) {
    try {
      return outcome_in_time<T>(task);
    } catch (const std::bad_alloc&) {
      return spare_error(error_code::resource_limit);
    }
  }

  F f_;
};

template <class T>
spawning_task<T> as_shared(const spawning_task<T>& task) noexcept {
  return task;
}
template <class T>
spawning_task<T> as_shared(const child_task<T>& task) {
  return task.share();
}

} // namespace detail

template <class Handle, class T>
template <class F>
void continuations<Handle, T>::on_done(F&& callback) const {
  using function = std::decay_t<F>;
  static_assert(std::is_invocable_v<function, task_result<T>>,
                "on_done() calls callback(task_result<T>)");
  const auto held = detail::as_shared(static_cast<const Handle&>(*this));
  detail::call_when_done(
      detail::task_of_handle(detail::handle_access::find(held)),
      std::make_unique<detail::outcome_callback<T, function>>(std::forward<F>(callback)));
}

} // namespace sweet::inline v0_5
