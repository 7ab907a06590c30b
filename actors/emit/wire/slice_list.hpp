#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_link.hpp>
#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>

#include <utility>

namespace sweet::inline v0_5::detail {

/// The slices that a receiver has taken and not given back. All of it comes back to the router,
/// handled or not, also if the receiver is unwound.
class slice_list {
public:
  explicit slice_list(inlet& router) noexcept : router_(router) {}
  slice_list(const slice_list&) = delete;
  slice_list& operator=(const slice_list&) = delete;
  ~slice_list() {
    while (next_ != nullptr)
      pop();
  }

  bool is_empty() const noexcept { return next_ == nullptr; }
  /// @pre it is empty
  void take(event_link* links) noexcept { next_ = links; }
  /// @pre it is not empty
  event_link& front() const noexcept { return *next_; }

  /// Gives the first slice back; it is the router's then.
  void pop() noexcept {
    event_link& first = *std::exchange(next_, next_->next);
    if (first.what == event_link::kind::slice)
      router_.push(first);
  }

  /// Drops the first slice, which a left-behind body still uses: the router may not have it back.
  void abandon_first() noexcept { next_ = next_->next; }

private:
  inlet& router_;
  event_link* next_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
