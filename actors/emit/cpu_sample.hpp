#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/thread_cpu_time.hpp>

#include <chrono>

namespace sweet::inline v0_5::detail {

/// Measures the processor time of a handler that runs on one thread from begin to end.
class cpu_sample {
public:
  explicit cpu_sample(bool wanted) noexcept : begin_(wanted ? thread_cpu_time() : none) {}

  /// @returns the processor time since this was made; negative if it is not measured
  std::chrono::nanoseconds spent() const noexcept {
    return begin_ == none ? none : thread_cpu_time() - begin_;
  }

  static constexpr std::chrono::nanoseconds none{-1};

private:
  std::chrono::nanoseconds begin_;
};

} // namespace sweet::inline v0_5::detail
