#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>

namespace sweet::inline v0_5::detail {

struct cell;
struct side_block;

/// A set of children that report their ends to one object: a task group or a combinator. The
/// parent's side block keeps the set in a slot, and its children keep the number of the slot. The
/// parent's context only.
class child_set {
public:
  child_set(const child_set&) = delete;
  child_set& operator=(const child_set&) = delete;

  /// Takes a child that has ended and has come through the parent's inbox. May delete this.
  virtual void arrived(cell& child) noexcept = 0;

  /// Takes note of a child whose outcome is known and is no value. The child has not ended, and
  /// arrives when it does.
  virtual void resolved(cell& child) noexcept = 0;

  /// Whether a body that waits for this can go on.
  virtual bool is_ready() const noexcept = 0;

  /// Whether the body stops although the set is ready: a cancellation has reached both the children
  /// and the parent. @pre is_ready()
  virtual bool stops() noexcept { return false; }

  /// Reaps the children that have ended, and from now on each as it arrives: the parent's body is
  /// over and takes no more. @returns whether there was one
  virtual bool give_up() noexcept = 0;

  /// Announces that the body waits until is_ready(). @pre enter() has been called
  void wait() noexcept;

  /// @pre enter() has been called
  cell& parent() const noexcept;

protected:
  child_set() noexcept = default;
  ~child_set();

  /// Takes a slot of the parent. @throws std::length_error if it has 65,535 sets already
  void enter(cell& parent);
  bool has_entered() const noexcept { return side_ != nullptr; }
  std::uint16_t slot() const noexcept { return slot_; }

private:
  side_block* side_ = nullptr; ///< the parent's
  std::uint16_t slot_ = 0;
};

} // namespace sweet::inline v0_5::detail
