#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

namespace sweet::detail {

/// What a timer wants done outside of the lock under which it fires. A base or member of what it is
/// for, so that deferring it allocates nothing; it stays where it is until it is called.
struct deferred_call {
  /// Called once for each time that it was deferred. May destroy this.
  void (*call)(deferred_call&) noexcept = nullptr;

  deferred_call* next = nullptr; ///< belongs to the list that it is in
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

} // namespace sweet::detail
