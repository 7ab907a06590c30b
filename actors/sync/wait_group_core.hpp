#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/wait_arm.hpp>
#include <sweet/actors/sync/wait_line.hpp>

#include <cstddef>
#include <mutex>

namespace sweet::inline v0_5::detail {

/// What the handles of a wait_group share. Under the mutex, and between any two uses of it: the
/// count is not 0, or nobody waits.
class wait_group_core {
public:
  explicit wait_group_core(std::size_t count) noexcept : count_(count) {}

  /// @throws std::overflow_error
  void add(std::size_t n);
  /// @throws std::logic_error if the count is 0
  void done();
  std::size_t count() const noexcept;

private:
  friend class wait_group_arm;

  mutable std::mutex mutex_;
  // All that follows is under the mutex.
  std::size_t count_;
  wait_line line_;
};

/// Waits until the count of a group is 0.
class wait_group_arm final : public wait_arm {
public:
  using value_type = void;
  explicit wait_group_arm(wait_group_core& core) noexcept : core_(core) {}

  bool enter() override;
  bool leave() noexcept override;
  void describe(wait_view& view) const noexcept override { view.on = wait_reason::wait_group; }
  void take() const noexcept {}
  void nothing() const noexcept {}

private:
  wait_group_core& core_;
};

} // namespace sweet::inline v0_5::detail
