#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/cancellation_level.hpp>

#include <cstddef>
#include <cstdint>

namespace sweet::detail {

struct cell;

/// Children of one task that are taken as they end. Lives in the task's body; its context only.
class group_core {
public:
  /// @throws std::length_error if the task has 65,535 groups already
  explicit group_core(cell& parent);
  /// Children that have not ended yet are reaped when they end.
  ~group_core();
  group_core(const group_core&) = delete;
  group_core& operator=(const group_core&) = delete;

  /// Starts `child` as a member. @throws cancelled if the parent has been killed
  void start(cell& child);

  /// Called by the task's inbox.
  void arrived(cell& child) noexcept;

  bool has_ended_child() const noexcept { return oldest_ != nullptr; }
  /// How many children have not been taken yet.
  std::size_t size() const noexcept { return size_; }
  /// Looks into the inbox; @returns whether a child can be taken.
  bool poll() noexcept;
  /// @pre has_ended_child() @returns the child that ended first; the caller consumes it
  cell& take() noexcept;
  /// Announces that the body waits for a child of this group.
  void wait() noexcept;

  /// Raises the level of its children that have not ended, newest first.
  void cancel(cancellation_level level) noexcept;

  cell& parent() const noexcept { return *parent_; }

private:
  /// Newest first.
  template <class F>
  void for_each_child(F visit) noexcept;

  cell* parent_;
  std::uint16_t slot_ = 0;
  std::size_t size_ = 0;
  cell* oldest_ = nullptr; ///< linked through cell::children
  cell* youngest_ = nullptr;
};

} // namespace sweet::detail
