#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/message.hpp>

namespace sweet::inline v0_5::detail {

/// A mailbox element that its sender takes back if the receiver ends without having read it. A task
/// takes the content out of an element at once, and gives it back by give_back().
class returnable_message {
public:
  /// Whether the sender wants the message back; otherwise it is lost.
  virtual bool comes_back() const noexcept = 0;
  /// Gives the content back to the sender.
  /// @param content as it was taken out of the element
  /// @pre comes_back()
  virtual void give_back(caf::message content) = 0;

protected:
  ~returnable_message() = default;
};

} // namespace sweet::inline v0_5::detail
