// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/close_mailbox.hpp>

#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/lost_mail.hpp>
#include <sweet/actors/runtime/cell/returnable_message.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

bool give_back(mail& m) noexcept {
  if (!m.is_from_actor())
    return false;
  auto& from_actor = static_cast<caf_mail&>(m);
  if (from_actor.returns == nullptr)
    return false;
  from_actor.returns->give_back(std::move(from_actor.content));
  return true;
}

void close_mailbox(cell& c) noexcept {
  side_block& side = *find_side(c);
  // Destroyed once the mutex is free: destructors of messages are the user's.
  mail_list unread = [&side] {
    std::lock_guard guard{side.mail_mutex};
    side.closed = true;
    auto* block = side.context.find();
    return block != nullptr ? std::move(block->box.unread) : mail_list{};
  }();
  while (unread.size() != 0)
    if (const mail_ptr m = unread.take_first(); !give_back(*m))
      lose(c, *m, lost_reason::unread);
}

} // namespace sweet::inline v0_5::detail
