#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

namespace sweet::inline v0_5::detail {

/// A call that a timer wants made outside of the lock under which it fires. It is a base or member
/// of the object that it is for, so that deferring it allocates nothing; the object stays where it
/// is until the call.
struct deferred_call {
  /// Called once for each time that the call was deferred. May destroy this.
  void (*call)(deferred_call&) noexcept = nullptr;

  deferred_call* next = nullptr; ///< belongs to the list that the call is in
};

/// Deferred calls, first in, first out.
class deferred_list {
public:
  bool empty() const noexcept { return first_ == nullptr; }

  void push(deferred_call& c) noexcept {
    c.next = nullptr;
    *end_ = &c;
    end_ = &c.next;
  }

  /// @pre not empty
  deferred_call& pop() noexcept {
    deferred_call& c = *first_;
    first_ = c.next;
    if (first_ == nullptr)
      end_ = &first_;
    return c;
  }

private:
  deferred_call* first_ = nullptr;
  deferred_call** end_ = &first_;
};

} // namespace sweet::inline v0_5::detail
