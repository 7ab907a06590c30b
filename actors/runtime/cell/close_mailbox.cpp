// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/close_mailbox.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/lost_mail.hpp>
#include <sweet/actors/runtime/cell/returnable_message.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>

#include <mutex>
#include <utility>

namespace sweet::inline v0_5::detail {

bool give_back(mail& m) noexcept {
  if (!m.is_from_actor)
    return false;
  auto& from_actor = static_cast<caf_mail&>(m);
  auto* returnable = dynamic_cast<returnable_message*>(from_actor.origin.get());
  if (returnable == nullptr)
    return false;
  returnable->give_back(std::move(from_actor.content));
  return true;
}

void close_mailbox(cell& c) noexcept {
  side_block& side = *find_side(c);
  std::list<std::unique_ptr<mail>> unread;
  {
    std::lock_guard guard{mutex_of(c)};
    side.closed = true;
    if (auto* block = side.context.find())
      unread.swap(block->box.unread);
  }
  for (const auto& m : unread)
    if (!give_back(*m))
      lose(c, *m, lost_reason::unread);
}

} // namespace sweet::inline v0_5::detail
