// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/task_actor.hpp>

#include <sweet/actors/runtime/caf/exit_message.hpp>
#include <sweet/actors/runtime/cell/block_layout.hpp>
#include <sweet/actors/runtime/cell/cancel.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/actors/runtime/cell/control_block.hpp>
#include <sweet/actors/runtime/cell/side_block.hpp>
#include <sweet/actors/runtime/cell/task_log.hpp>
#include <sweet/actors/runtime/cell/task_outcome.hpp>
#include <sweet/actors/runtime/cell/workplace.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/mail/response_wait.hpp>
#include <sweet/actors/runtime/mail/send_answer.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/cancellation_level.hpp>
#include <sweet/messages/log_level.hpp>

#include <caf/actor_addr.hpp>
#include <caf/actor_config.hpp>
#include <caf/default_attachable.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/system_messages.hpp>

#include <atomic>
#include <cstddef>
#include <mutex>
#include <new>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::detail {

namespace {

bool ended(cell& c) noexcept {
  return c.has_outcome();
}

// -- the list of attachables; the task's mutex is held -----------------------------------------

void add(side_block& side, caf::attachable_ptr what) {
  what->next = std::move(side.attachables);
  side.attachables = std::move(what);
}

std::size_t remove_matching(side_block& side, const caf::attachable::token& what, bool only_one,
                            bool only_count) {
  std::size_t n = 0;
  for (auto* i = &side.attachables; *i != nullptr;) {
    if (!(*i)->matches(what)) {
      i = &(*i)->next;
      continue;
    }
    ++n;
    if (only_count)
      i = &(*i)->next;
    else
      *i = std::exchange((*i)->next, nullptr);
    if (only_one)
      break;
  }
  return n;
}

caf::default_attachable::observe_token link_to(caf::abstract_actor& other) {
  return {other.address(), caf::default_attachable::link};
}

void send_exit(caf::abstract_actor& from, cell& c, caf::abstract_actor& to) {
  send_to(to, nullptr, caf::make_message_id(caf::message_priority::high),
          make_exit_message(from.address(), exit_reason_of(c)));
}

} // namespace

namespace {

void construct_block(std::byte* block, task_home& home) noexcept {
  cell& c = *new (block + cell_offset) cell;
  construct_control(c, 0, home.actors(), home.node());
  new (&side_slot(c)) std::atomic<side_block*>{nullptr};
  caf::actor_config cfg;
  cfg.add_flag(caf::abstract_channel::is_hidden_flag);
  cfg.add_flag(is_task_flag);
  new (static_cast<void*>(block + actor_offset)) task_actor{cfg};
}

bool is_live(const block_header& block) noexcept {
  // Relaxed: a count of live tasks is exact only while none starts or ends.
  return static_cast<const cell&>(block).state.peek().is_live();
}

} // namespace

block_use use_for_tasks() noexcept {
  return {construct_block, is_live, sizeof(side_block)};
}

namespace {

/// Calls `tell()`, which hands a message to CAF. If there is no memory for that, the log says so.
template <class F>
void tell_actor(cell& c, F&& tell) noexcept {
  try {
    tell();
  } catch (const std::bad_alloc&) {
    try_log_as(c, log_level::error, [] {
      return std::string{"no memory for the message that tells an actor how this task has ended"};
    });
  }
}

} // namespace

// -- caf::abstract_actor -----------------------------------------------------------------------

void task_actor::tell_observers() noexcept {
  cell& c = task();
  side_block* side = find_side(c);
  caf::attachable_ptr attachables;
  std::vector<caf::mailbox_element_ptr> requests;
  {
    std::lock_guard guard{mutex()};
    attachables = std::move(side->attachables);
    requests = std::move(side->requests);
  }
  for (auto* i = attachables.get(); i != nullptr; i = i->next.get())
    tell_actor(c, [&] { i->actor_exited(exit_reason_of(c), this_thread().driven); });
  for (auto& request : requests)
    tell_actor(c, [&] { answer(*request); });
}

void task_actor::intrusive_ptr_add_ref_impl() {
  caf::intrusive_ptr_add_ref(ctrl());
}

void task_actor::intrusive_ptr_release_impl() {
  caf::intrusive_ptr_release(ctrl());
}

void task_actor::handle_exit(const caf::error& reason) {
  // A normal exit of a linked actor is no reason to stop.
  if (!reason)
    return;
  cancel_shared(task(), reason == caf::exit_reason::kill ? cancellation_level::kill
                                                         : cancellation_level::graceful);
}

void task_actor::enqueue(caf::mailbox_element_ptr what, actor_host*) {
  auto& message = what->content();
  if (message.size() == 1 && message.match_element<caf::exit_msg>(0))
    return handle_exit(message.get_as<caf::exit_msg>(0).reason);
  if (what->mid.is_response())
    return response_wait::deliver(task(), *what);
  if (!what->mid.is_request())
    return receive_from_actor(task(), std::move(what));
  // A task has no behavior: requests ask for its outcome.
  cell& c = task();
  {
    side_block& side = side_of(c);
    std::lock_guard guard{mutex()};
    if (!ended(c)) {
      side.requests.push_back(std::move(what));
      return;
    }
  }
  answer(*what);
}

void task_actor::answer(caf::mailbox_element& request) {
  cell& c = task();
  if (auto error = outcome_error(c))
    send_answer(c, request, caf::make_message(to_caf_error(error)));
  else
    c.ops->reply(c, request);
}

void task_actor::attach(caf::attachable_ptr what) {
  cell& c = task();
  {
    side_block& side = side_of(c);
    std::lock_guard guard{mutex()};
    if (!ended(c))
      return add(side, std::move(what));
  }
  what->actor_exited(exit_reason_of(c), nullptr);
}

std::size_t task_actor::detach(const caf::attachable::token& what) {
  side_block* side = find_side(task());
  if (side == nullptr)
    return 0;
  std::lock_guard guard{mutex()};
  return remove_matching(*side, what, false, false);
}

void task_actor::add_link(caf::abstract_actor* other) {
  cell& c = task();
  side_block& side = side_of(c);
  bool already_ended = false;
  auto link = caf::default_attachable::make_link(address(), other->address());
  joined_exclusive_critical_section(this, other, [&] {
    already_ended = ended(c);
    if (!already_ended && other->add_backlink(this))
      add(side, std::move(link));
  });
  if (already_ended)
    send_exit(*this, c, *other);
}

bool task_actor::add_backlink(caf::abstract_actor* other) {
  // CAF holds both mutexes.
  cell& c = task();
  if (ended(c)) {
    send_exit(*this, c, *other);
    return false;
  }
  side_block& side = side_of(c);
  if (remove_matching(side, link_to(*other), true, true) != 0)
    return false;
  add(side, caf::default_attachable::make_link(address(), other->address()));
  return true;
}

void task_actor::remove_link(caf::abstract_actor* other) {
  side_block& side = side_of(task());
  joined_exclusive_critical_section(this, other, [&] {
    other->remove_backlink(this);
    remove_matching(side, link_to(*other), true, false);
  });
}

bool task_actor::remove_backlink(caf::abstract_actor* other) {
  side_block* side = find_side(task());
  return side != nullptr && remove_matching(*side, link_to(*other), true, false) != 0;
}

caf::error exit_reason_of(cell& c) {
  return to_exit_reason(outcome_error(c));
}

} // namespace sweet::inline v0_5::detail
