#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <atomic>

namespace sweet::inline v0_5::detail {

/// A variable that one thread uses as if it were no atomic one, at the same cost, while others look
/// at it now and then. Relaxed: what they see orders nothing.
template <class T>
class relaxed {
public:
  constexpr relaxed() noexcept = default;
  constexpr relaxed(T value) noexcept : value_(value) {}
  relaxed(const relaxed& other) noexcept : value_(other.load()) {}
  relaxed& operator=(const relaxed& other) noexcept { return *this = other.load(); }
  relaxed& operator=(T value) noexcept {
    value_.store(value, std::memory_order_relaxed);
    return *this;
  }
  ~relaxed() = default;

  operator T() const noexcept { return load(); }
  T operator->() const noexcept { return load(); }

private:
  T load() const noexcept { return value_.load(std::memory_order_relaxed); }

  std::atomic<T> value_{};
};

} // namespace sweet::inline v0_5::detail
