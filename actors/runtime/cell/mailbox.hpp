#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The types of messages that a receiver asks for.
using asked_types = std::span<const mail_type* const>;

/// @returns the index of the type that the message is of; `asked.size()` if it is of none
inline std::size_t index_of(const mail& m, asked_types asked) noexcept {
  std::size_t i = 0;
  while (i != asked.size() && !m.is(*asked[i]))
    ++i;
  return i;
}

/// Messages in the order in which they came.
class mail_list {
public:
  mail_list() noexcept = default;
  /// Takes all messages of another list.
  mail_list(mail_list&& other) noexcept
      : first_(std::exchange(other.first_, nullptr)),
        last_(first_ != nullptr ? other.last_ : &first_), size_(std::exchange(other.size_, 0)) {
    other.last_ = &other.first_;
  }
  mail_list& operator=(mail_list&&) = delete;
  ~mail_list() {
    while (first_ != nullptr)
      take_first();
  }

  /// The place of a message: what points to it.
  using place = mail**;

  /// @returns the place of the first message that is asked for; null: there is none
  place find(asked_types asked) noexcept {
    for (place p = &first_; *p != nullptr; p = &(*p)->next)
      if (index_of(**p, asked) != asked.size())
        return p;
    return nullptr;
  }
  /// @pre there is one
  mail_ptr take_first() noexcept { return take(&first_); }
  mail_ptr take(place p) noexcept {
    mail_ptr m{*p};
    *p = std::exchange(m->next, nullptr);
    if (*p == nullptr)
      last_ = p;
    --size_;
    return m;
  }
  void push_back(mail_ptr m) noexcept {
    *last_ = m.release();
    last_ = &(*last_)->next;
    ++size_;
  }
  std::size_t size() const noexcept { return size_; }

private:
  mail* first_ = nullptr;
  mail** last_ = &first_; ///< what points to nothing behind the last message
  std::size_t size_ = 0;
};

/// A task's wait for messages, as those who send them see it.
class mail_taker {
public:
  /// Accepts the message if it is asked for and the wait is not over. Under the mutex of the
  /// mailbox.
  /// @returns whether the wait is over by this; the caller wakes the task then
  virtual bool accept(mail_ptr& m) noexcept = 0;

protected:
  ~mail_taker() = default;
};

/// The messages that a task has not received yet. Made with the context block; guarded by
/// side_block::mail_mutex, apart from the first two fields.
struct mailbox {
  static constexpr std::size_t default_limit = 1000;

  std::size_t limit = default_limit; ///< written before the task is published
  bool has_receiver = false;         ///< whether a receiver exists; the task's context
  mail_list unread{};
  mail_taker* taker = nullptr; ///< the wait for a message that is not there yet
};

} // namespace sweet::inline v0_5::detail
