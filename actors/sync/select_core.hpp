#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/selection.hpp>
#include <sweet/actors/sync/wait_arm.hpp>

#include <cstddef>
#include <span>

namespace sweet::inline v0_5::detail {

/// Several arms of which the first one ends the wait, as one arm.
///
/// Protocol: each thing that is waited for claims the selection, under its own mutex, before it
/// hands anything over. The arms enter their lines one by one, and each may win as soon as it
/// stands in line, with a wake-up; or the one that enters finds what it waits for there, claims the
/// selection itself, and the wait is over without a wake-up. Whoever claims second leaves the wait
/// alone. test/model/select.pml is the exhaustively checked model.
class select_core : public wait_arm {
public:
  bool enter() final;
  bool leave() noexcept final;
  void describe(wait_view& view) const noexcept override;
  /// While no wake-up is due.
  bool is_served() const noexcept final { return winner() < arms_.size(); }

protected:
  /// @param arms stay where they are
  explicit select_core(std::span<wait_arm* const> arms) noexcept : arms_(arms) {}
  ~select_core() = default;

  /// The number of the arm that has won.
  std::size_t winner() const noexcept { return selection_.winner(); }
  /// Takes the others out of their lines, once one has won.
  void leave_others() noexcept;

private:
  std::span<wait_arm* const> arms_;
  std::size_t entered_ = 0; ///< so many arms may stand in a line
  selection selection_;
};

} // namespace sweet::inline v0_5::detail
