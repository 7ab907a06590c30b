#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>

#include <cstddef>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Messages that an actor has skipped, taken out of its mailbox: there CAF would look at all of
/// them again after each message. In the context of the actor.
class skipped_messages {
public:
  bool is_empty() const noexcept { return urgent_.empty() && normal_.empty(); }

  /// Takes what the actor has skipped since the last call.
  void take_from(caf::scheduled_actor& self) noexcept {
    urgent_.append(self.get_urgent_queue().cache());
    normal_.append(self.get_normal_queue().cache());
  }
  /// Puts all messages back, in front of those that the actor has not seen yet.
  void give_back(caf::scheduled_actor& self) noexcept {
    self.get_urgent_queue().cache().prepend(urgent_);
    self.get_normal_queue().cache().prepend(normal_);
  }

  /// Takes the first message, an urgent one if there is any. @pre not is_empty()
  caf::mailbox_element_ptr pop() noexcept {
    std::size_t one = 1;
    return urgent_.empty() ? normal_.next(one) : urgent_.next(one);
  }
  void push(caf::mailbox_element_ptr what) noexcept {
    if (what->is_high_priority())
      urgent_.push_back(std::move(what));
    else
      normal_.push_back(std::move(what));
  }
  /// Puts the messages of `older` in front.
  void prepend(skipped_messages& older) noexcept {
    urgent_.prepend(older.urgent_);
    normal_.prepend(older.normal_);
  }

private:
  caf::scheduled_actor::urgent_queue::cache_type urgent_{caf::policy::urgent_messages{}};
  caf::scheduled_actor::normal_queue::cache_type normal_{caf::policy::normal_messages{}};
};

} // namespace sweet::inline v0_5::detail
