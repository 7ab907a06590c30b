#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::detail {

struct cell;
struct side_block;

/// Children of one task that report their ends to one object: a group, or what a combinator awaits.
/// The task's side block refers to it by a slot, the children by the number of the slot.
/// The task's context only.
class child_set {
public:
  child_set(const child_set&) = delete;
  child_set& operator=(const child_set&) = delete;

  /// One of them has ended and has come through the task's inbox. May delete this.
  virtual void arrived(cell& child) noexcept = 0;

  /// The outcome of one of them is known, and is no value; it has not ended, and will arrive when
  /// it does.
  virtual void resolved(cell& child) noexcept = 0;

  /// Whether a body that waits for this can go on.
  virtual bool is_ready() const noexcept = 0;

  /// Once it is ready: whether the body stops all the same, since a cancellation has reached them
  /// and the task.
  virtual bool stops() noexcept { return false; }

  /// The task's body is over, nobody takes anything any more: reaps what has ended, from now on as
  /// it arrives. @returns whether there was anything
  virtual bool give_up() noexcept = 0;

  /// Announces that the body waits until is_ready().
  void wait() noexcept;

  /// @pre enter() has been called, here and below
  cell& parent() const noexcept;

protected:
  child_set() noexcept = default;
  ~child_set();

  /// Takes a slot of the task. @throws std::length_error if it has 65,535 sets already
  void enter(cell& parent);
  bool has_entered() const noexcept { return side_ != nullptr; }
  std::uint16_t slot() const noexcept { return slot_; }

private:
  side_block* side_ = nullptr; ///< the parent's
  std::uint16_t slot_ = 0;
};

} // namespace sweet::detail
