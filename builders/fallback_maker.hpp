#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/callable_body.hpp>
#include <sweet/messages/task_error.hpp>

#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Makes the task that runs a copy of a fallback, with a T as its value.
template <class T, class F>
class fallback_maker {
  static_assert(std::is_invocable_v<F, task_context, task_error> ||
                    std::is_invocable_v<F, task_error>,
                "a fallback is called as f(const task_error&) or f(task_context, const "
                "task_error&)");
  static_assert(std::is_copy_constructible_v<F>,
                "a fallback has to be copyable, as the builder that holds it is; let it hold what "
                "is move-only by a shared_ptr");

public:
  template <class G>
  explicit fallback_maker(G&& f) : f_(std::forward<G>(f)) {}

  cell& operator()(const task_error& error, bool blocking) const {
    static_assert(std::is_same_v<body_value<F, task_error>, T>,
                  "a fallback gives the value of the task: it returns T, task_result<T> or "
                  "async<T>, with the T of to<T>()");
    cell& c = make_body(F(f_), error);
    if (blocking && !is_async<body_result<F, task_error>>)
      set_blocking(c);
    return c;
  }

private:
  F f_;
};

} // namespace sweet::inline v0_5::detail
