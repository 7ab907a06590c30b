#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <caf/message.hpp>

namespace sweet::detail {

/// A mailbox element that its sender takes back if the receiver ends before it has read it. A task,
/// which takes the content out of an element at once, gives it back by this.
class returnable_message {
public:
  /// Whether the sender wants it back; if not, it is lost.
  virtual bool comes_back() const noexcept = 0;
  /// @param content what has been taken out. @pre comes_back()
  virtual void give_back(caf::message content) = 0;

protected:
  ~returnable_message() = default;
};

} // namespace sweet::detail
