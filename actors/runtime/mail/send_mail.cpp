// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/send_mail.hpp>

#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/close_mailbox.hpp>
#include <sweet/actors/runtime/cell/context_block.hpp>
#include <sweet/actors/runtime/cell/lost_mail.hpp>
#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/cell/returnable_message.hpp>
#include <sweet/actors/runtime/cell/runtime_hold.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/task_error.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/actor.hpp>
#include <caf/actor_cast.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

task_error ended_error() {
  return task_error{error_code::unreachable, "the task has ended"};
}

task_error full_error(std::size_t limit) {
  return task_error{error_code::resource_limit, "the mailbox is full: " + std::to_string(limit) +
                                                    " messages wait to be received"};
}

/// Puts a message into the mailbox of a task.
/// @param m left to the caller if the message is refused
task_result<std::uint64_t> post(cell& to, mail_ptr& m) {
  if (to.has_outcome())
    return ended_error();
  side_block& side = side_of(to);
  mailbox& box = side.context.get().box;
  bool wakes = false;
  std::uint64_t correlation = 0;
  {
    std::unique_lock guard{side.mail_mutex};
    if (side.closed || to.has_outcome())
      return ended_error();
    // A task with a side block closes its mailbox, under the mutex, before it ends: until the mutex
    // is released the scheduler is there.
    task_home& home = home_of(to);
    if (m->correlation == 0) {
      workplace* p = workplace_in(home);
      m->correlation = p != nullptr ? p->draw_id() : home.draw_ids(1);
    }
    correlation = m->correlation;
    m->time = home.timers().time().coarse_now();
    wakes = box.taker != nullptr && box.taker->accept(m);
    if (wakes) {
      box.taker = nullptr;
    } else if (box.unread.size() < box.limit) {
      box.unread.push_back(std::move(m));
    } else {
      return full_error(box.limit);
    }
  }
  if (wakes)
    wake(to);
  return correlation;
}

/// Returns the task behind a handle; null for an actor that is no task, and for a null handle.
block_actor* task_behind(const caf::actor& to) {
  return to ? block_actor_behind(*caf::actor_cast<caf::abstract_actor*>(to)) : nullptr;
}

} // namespace

void set_mailbox_limit(cell& c, std::size_t limit) {
  context_of(c).box.limit = limit;
}

task_result<std::uint64_t> send_mail(cell* sender, cell& to, mail_ptr m) {
  if (sender != nullptr) {
    m->reply_to = actor_as<caf::actor>(*sender);
    m->sender = id_of_exposed(*sender);
  }
  return post(to, m);
}

task_result<std::uint64_t> send_mail(cell& to, mail_ptr m) {
  return send_mail(this_thread().task, to, std::move(m));
}

task_result<std::uint64_t> send_mail_up(cell& sender, mail_ptr m) {
  cell& parent = *sender.parent.load(std::memory_order_relaxed);
  if (parent.parent.load(std::memory_order_relaxed) == nullptr)
    return task_error{error_code::unreachable, "the parent is the root of the runtime"};
  return send_mail(&sender, parent, std::move(m));
}

task_result<std::uint64_t> send_reply(cell& sender, const caf::actor& to, std::uint64_t correlation,
                                      mail_ptr m, as_caf_message convert) {
  if (!to)
    return task_error{error_code::unreachable,
                      "the message has no sender that a reply could go to"};
  if (auto* receiver = task_behind(to)) {
    m->correlation = correlation;
    return send_mail(&sender, receiver->task(), std::move(m));
  }
  if (convert == nullptr)
    return task_error{error_code::invalid_data, "the reply is of a type that CAF cannot send"};
  send_to(*caf::actor_cast<caf::abstract_actor*>(to), strong_pointer(sender),
          caf::make_message_id(), convert(*m), this_thread().driven);
  return correlation;
}

void receive_from_actor(cell& to, caf::mailbox_element_ptr what) {
  auto content = what->move_content_to_message();
  if (what->mid.is_stream_message() || content.size() != 1)
    return;
  auto* from_actor = new caf_mail{std::move(content)};
  mail_ptr m{from_actor};
  m->reply_to = caf::actor_cast<caf::actor>(what->sender);
  if (auto* sender = task_behind(m->reply_to))
    m->sender = id_of(sender->task());
  // CAF's mailbox elements say nothing else of their class.
  if (auto* returnable = dynamic_cast<returnable_message*>(what.get());
      returnable != nullptr && returnable->comes_back()) {
    from_actor->origin = std::move(what);
    from_actor->returns = returnable;
  }
  // An error is not sent back: actors look for no answer to a one-way message.
  const auto posted = post(to, m);
  if (posted.is_ok())
    return;
  // A task that has ended does not count what comes, as any actor that has.
  if (posted.error().code() == error_code::unreachable)
    give_back(*m);
  else if (const runtime_hold held{to})
    lose(to, *m, lost_reason::full);
}

} // namespace sweet::inline v0_5::detail
