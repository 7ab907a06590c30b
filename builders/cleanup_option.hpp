#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/scope.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// A clean-up that tasks of a builder get.
struct cleanup_option {
  cleanup_option() = default;
  cleanup_option(const cleanup_option&) = delete;
  cleanup_option& operator=(const cleanup_option&) = delete;
  virtual ~cleanup_option() = default;
  virtual void add_to(cell& task) const = 0;
};

template <class F>
struct cleanup_option_of final : cleanup_option {
  template <class G>
  cleanup_option_of(G&& g, when_cancelled at) : f(std::forward<G>(g)), when(at) {}
  void add_to(cell& task) const override { add_cleanup(task, F{f}, when); }

  F f;
  when_cancelled when;
};

} // namespace sweet::inline v0_5::detail
