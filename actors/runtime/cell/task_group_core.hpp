#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/child_set.hpp>
#include <sweet/messages/cancellation_level.hpp>

#include <cstddef>
#include <limits>
#include <memory>

namespace sweet::inline v0_5::detail {

/// Children of one task that are taken as they end, with a limit on how many of them run at a time.
/// The others are children too, but wait for their turn; a child that is cancelled before its turn
/// ends as cancelled. The task's context only.
class group_core final : public child_set {
public:
  struct close {
    void operator()(group_core* group) const noexcept { group->close_and_go(); }
  };
  using handle = std::unique_ptr<group_core, close>;

  /// Makes a group of children of `parent`. It lives on without its handle until no member waits
  /// for its turn any more; members that have not ended are reaped when they do.
  /// @throws std::length_error if the task has 65,535 groups already
  static handle make(cell& parent);

  /// Sets how many members run at a time. @throws std::invalid_argument unless `n` is positive
  void max_concurrency(std::size_t n);

  /// Starts `child` as a member, or lets it wait. @throws cancelled if the parent has been killed
  void start(cell& child);

  void arrived(cell& child) noexcept override;
  void resolved(cell& child) noexcept override;
  bool is_ready() const noexcept override { return oldest_ != nullptr || first_early_ != nullptr; }
  bool give_up() noexcept override;

  /// How many children have not been taken yet.
  std::size_t size() const noexcept { return size_; }
  /// Takes the child that ended first or, if none has ended, the one whose outcome came first. The
  /// caller gives it to let_go(). @pre is_ready()
  cell& take() noexcept;
  /// Reaps a child that has been taken, or leaves it to its end if only its outcome has come.
  void let_go(cell& child) noexcept;

  /// Raises the level of the members that have not ended, newest first.
  void cancel(cancellation_level level) noexcept;

private:
  explicit group_core(cell& parent) { enter(parent); }
  ~group_core();

  void close_and_go() noexcept;
  void start_waiting_ones() noexcept;
  void pass_turn() noexcept;
  void enter_early(cell& child) noexcept;
  /// @returns false if the child is not among the early ones
  bool leave_early(cell& child) noexcept;
  /// The first member behind `child` that waits for its turn.
  cell* next_in_line_behind(cell& child) const noexcept;
  /// Visits the members, newest first.
  template <class F>
  void for_each_child(F visit) noexcept;

  std::size_t limit_ = std::numeric_limits<std::size_t>::max();
  std::size_t size_ = 0;
  std::size_t running_ = 0; ///< have been started and have no outcome yet
  std::size_t waiting_ = 0; ///< have not been started and have not arrived
  cell* next_in_line_ = nullptr;
  cell* oldest_ = nullptr; ///< the ended ones, linked through cell::children
  cell* youngest_ = nullptr;
  cell* first_early_ = nullptr; ///< have an outcome, and have not ended; linked in side blocks
  cell* last_early_ = nullptr;
  bool closed_ = false;   ///< the handle is gone
  bool given_up_ = false; ///< ended children are not taken any more
};

} // namespace sweet::inline v0_5::detail
