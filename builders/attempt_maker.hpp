#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/unstarted_task.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/builders/task_options.hpp>
#include <sweet/builders/task_traits.hpp>

#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Makes the tasks for the attempts at a body: each from a copy of the body and its arguments, or a
/// single one from the originals.
template <body_calls Calls, class F, class... Args>
class attempt_maker {
  static_assert(Calls != body_calls::repeated ||
                    (std::is_copy_constructible_v<F> && ... && std::is_copy_constructible_v<Args>),
                "a body that is retried is copied for each attempt: it and its arguments have to "
                "be copyable; hand over what is move-only by a shared_ptr");

public:
  template <class G, class... As>
  explicit attempt_maker(const attempt_options& options, G&& f, As&&... args)
      : options_(options), f_(std::forward<G>(f)), args_(std::forward<As>(args)...) {}

  cell& operator()() {
    unstarted_task attempt{std::apply(
        [this](Args&... args) -> cell& {
          if constexpr (Calls == body_calls::repeated)
            return make_body(F(f_), Args(args)...);
          else
            return make_body(std::move(f_), std::move(args)...);
        },
        args_)};
    apply(options_, *attempt);
    return attempt.release();
  }

private:
  attempt_options options_;
  F f_;
  std::tuple<Args...> args_;
};

} // namespace sweet::inline v0_5::detail
