// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/exit_message.hpp>
#include <sweet/actors/runtime/mailbox.hpp>
#include <sweet/actors/runtime/processor.hpp>
#include <sweet/actors/runtime/response_wait.hpp>
#include <sweet/actors/runtime/runtime_hold.hpp>
#include <sweet/actors/runtime/scheduler.hpp>
#include <sweet/actors/runtime/side_block.hpp>
#include <sweet/actors/runtime/task_actor.hpp>
#include <sweet/actors/runtime/task_core.hpp>
#include <sweet/actors/runtime/task_steps.hpp>
#include <sweet/actors/runtime/thread_state.hpp>
#include <sweet/messages/caf_error.hpp>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/actor_cast.hpp>
#include <caf/actor_config.hpp>
#include <caf/default_attachable.hpp>
#include <caf/exit_reason.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>
#include <caf/system_messages.hpp>

#include <new>
#include <utility>

namespace sweet::detail {

namespace {

// The data of an actor goes with its last strong reference ...
void destroy_data(caf::abstract_actor* a) {
  destroy_task(static_cast<task_actor*>(a)->task());
}

// ... and its memory with the last weak one.
void destroy_control(caf::actor_control_block* control) {
  free_task(static_cast<task_actor*>(control->get())->task());
}

// CAF counts references to the node id's data. Blocks are made and recycled all the time, so ours
// borrow the count that the processor holds for good: they neither take nor give one back.
void construct_control(cell& c, std::uint64_t id, caf::actor_system* system,
                       caf::node_id::data* node) noexcept {
  caf::node_id borrowed{caf::intrusive_ptr<caf::node_id::data>{node, false}};
  new (c.block()) caf::actor_control_block(id, borrowed, system, destroy_data, destroy_control);
}

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
  to.enqueue(nullptr, caf::make_message_id(caf::message_priority::high),
             make_exit_message(from.address(), exit_reason_of(c)), nullptr);
}

} // namespace

void construct_block(std::byte* block, scheduler& home) noexcept {
  cell& c = *new (block + cell_offset) cell;
  construct_control(c, 0, &home.system(), home.node());
  new (&side_slot(c)) std::atomic<side_block*>{nullptr};
  caf::actor_config cfg;
  cfg.add_flag(caf::abstract_channel::is_hidden_flag);
  new (static_cast<void*>(block + actor_offset)) task_actor{cfg};
}

// -- identity ----------------------------------------------------------------------------------

namespace {

// The id lies in the control block, which is written under the mutex only.
// `s` is its state, loaded with acquire: without has_id, nobody uses the control block, and nobody
// can before the mutex is free again, whatever becomes of the task meanwhile.
task_id draw_id(cell& c, std::uint32_t s) {
  constexpr auto drawn = state::has_id;
  if ((s & drawn) != 0)
    return {task_actor::control(c).aid & ~caf_id_bit};
  scheduler& home = scheduler_of(c);
  processor* p = this_thread().driven;
  const bool ours = p != nullptr && &p->home() == &home;
  const auto id = ours ? p->draw_id() : home.draw_ids(1);
  construct_control(c, id | caf_id_bit, &home.system(), ours ? p->node() : home.node());
  // Release: who sees the bit sees the id.
  c.state.fetch_or(drawn, std::memory_order_release);
  return {id};
}

} // namespace

task_id id_of(cell& c) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  return draw_id(c, c.state.load(std::memory_order_acquire));
}

bool identify_live(cell& c, task_id& id, std::string* name) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::live) == 0)
    return false;
  id = draw_id(c, s);
  // drop_side() takes the mutex, too.
  if (side_block* side = find_side(c); name != nullptr && side != nullptr)
    *name = side->name;
  return true;
}

void expose(cell& c) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  const auto s = c.state.load(std::memory_order_acquire);
  if ((s & state::exposed) != 0)
    return;
  draw_id(c, s);
  // The control block is made with one strong reference: that is the runtime's own. Release: who
  // sees the bit sees the control block.
  c.state.fetch_or(state::exposed, std::memory_order_acq_rel);
}

void share(cell& c) {
  expose(c);
  add_reference(c);
}

pinned pin_live(cell& c) {
  std::lock_guard guard{task_actor::of(c).mutex()};
  auto& control = task_actor::control(c);
  for (;;) {
    auto s = c.state.load(std::memory_order_acquire);
    if ((s & state::live) == 0 || (s & state::done) != 0)
      return pinned::no;
    if ((s & state::exposed) != 0)
      return caf::intrusive_ptr_upgrade_weak(&control) ? pinned::exposed_before : pinned::no;
    // Nobody counts references to the task yet, and nobody starts to without the mutex. It may end
    // any moment, and another one take its place: then the state is not what it was.
    draw_id(c, s);
    s |= state::has_id;
    add_reference(c);
    // Release: who sees the bit sees the control block.
    if (c.state.compare_exchange_strong(s, s | state::exposed, std::memory_order_acq_rel,
                                        std::memory_order_relaxed))
      return pinned::exposed_now;
    // Relaxed: still nobody else's.
    control.strong_refs.store(1, std::memory_order_relaxed);
  }
}

void add_reference(cell& c) noexcept {
  caf::intrusive_ptr_add_ref(&task_actor::control(c));
}

void release_reference(cell& c) noexcept {
  caf::intrusive_ptr_release(&task_actor::control(c));
}

caf::strong_actor_ptr strong_pointer(cell& c) {
  share(c);
  return {&task_actor::control(c), false};
}

template <>
caf::actor actor_as<caf::actor>(cell& c) {
  return caf::actor_cast<caf::actor>(strong_pointer(c));
}

// -- side block --------------------------------------------------------------------------------

side_block* find_side(cell& c) noexcept {
  return side_slot(c).load(std::memory_order_acquire);
}

namespace {

side_block& install_side(cell& c, std::unique_ptr<side_block> fresh) noexcept {
  side_block* expected = nullptr;
  // Release: who finds the pointer finds the block made. Acquire: so do we if another was faster.
  if (side_slot(c).compare_exchange_strong(expected, fresh.get(), std::memory_order_acq_rel,
                                           std::memory_order_acquire)) {
    expected = fresh.release();
    // After the pointer: the one who ends the task and sees the bit finds the block.
    c.state.fetch_or(state::has_side, std::memory_order_acq_rel);
  }
  return *expected;
}

} // namespace

side_block& side_of(cell& c) {
  if (auto* side = find_side(c))
    return *side;
  return install_side(c, std::make_unique<side_block>(c));
}

side_block* side_or_spare(cell& c) noexcept {
  try {
    return &side_of(c);
  } catch (const std::bad_alloc&) {
    void* memory = span_of(c).owner->global().spare_sides().take();
    if (memory == nullptr)
      return nullptr;
    return &install_side(c, std::unique_ptr<side_block>{new (memory) side_block{c}});
  }
}

void drop_side(cell& c) noexcept {
  side_reserve& spare = span_of(c).owner->global().spare_sides();
  std::unique_ptr<side_block> side;
  {
    // Snapshots look at the side blocks of tasks that they do not hold, under the mutex.
    std::lock_guard guard{task_actor::of(c).mutex()};
    side.reset(side_slot(c).exchange(nullptr, std::memory_order_acq_rel));
    c.state.fetch_and(~state::has_side, std::memory_order_relaxed);
  }
  if (side != nullptr && spare.is_short()) [[unlikely]] {
    side_block* memory = side.release();
    std::destroy_at(memory);
    spare.give_back(memory);
  }
}

// -- waiters -----------------------------------------------------------------------------------

bool add_waiter(cell& c, end_waiter& w) {
  side_block& side = side_of(c);
  std::lock_guard guard{task_actor::of(c).mutex()};
  // Who ends the task takes the list under the mutex after it has set `done`.
  if (ended(c))
    return false;
  w.next = side.waiters;
  side.waiters = &w;
  return true;
}

bool remove_waiter(cell& c, end_waiter& w) noexcept {
  side_block* side = find_side(c);
  std::lock_guard guard{task_actor::of(c).mutex()};
  for (auto** i = &side->waiters; *i != nullptr; i = &(*i)->next)
    if (*i == &w) {
      *i = w.next;
      return true;
    }
  return false;
}

namespace {

/// Calls `tell()`, which hands a message to CAF. Without memory for that, the log says so.
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

void notify_end(cell& c) noexcept {
  side_block* side = find_side(c);
  if (side == nullptr)
    return;
  end_waiter* waiters = nullptr;
  caf::attachable_ptr attachables;
  std::vector<caf::mailbox_element_ptr> requests;
  {
    std::lock_guard guard{task_actor::of(c).mutex()};
    waiters = std::exchange(side->waiters, nullptr);
    attachables = std::move(side->attachables);
    requests = std::move(side->requests);
  }
  end_waiter* oldest_first = nullptr;
  while (waiters != nullptr)
    oldest_first = std::exchange(waiters, std::exchange(waiters->next, oldest_first));
  while (oldest_first != nullptr) {
    end_waiter* w = std::exchange(oldest_first, oldest_first->next);
    w->ended(*w);
  }
  for (auto* i = attachables.get(); i != nullptr; i = i->next.get())
    tell_actor(c, [&] { i->actor_exited(exit_reason_of(c), this_thread().driven); });
  for (auto& request : requests)
    tell_actor(c, [&] { task_actor::answer(c, *request); });
}

// -- caf::abstract_actor -----------------------------------------------------------------------

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

void task_actor::enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) {
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
  answer(c, *what);
}

void task_actor::answer(cell& c, caf::mailbox_element& request) {
  if (auto error = outcome_error(c))
    send_answer(c, request, caf::make_message(to_caf_error(error)));
  else
    c.ops->reply(c, request);
}

void send_answer(cell& c, caf::mailbox_element& request, caf::message answer) {
  caf::strong_actor_ptr self{&task_actor::control(c)};
  auto* host = this_thread().driven;
  if (request.stages.empty()) {
    if (request.sender)
      request.sender->enqueue(std::move(self), request.mid.response_id(), std::move(answer), host);
    return;
  }
  // A forwarded request: the answer goes to the next stage, which answers the sender.
  auto stages = std::move(request.stages);
  auto next = std::move(stages.back());
  stages.pop_back();
  next->enqueue(caf::make_mailbox_element(std::move(request.sender), request.mid, std::move(stages),
                                          std::move(answer)),
                host);
}

void refuse_answer(cell& c, caf::mailbox_element& request) {
  send_answer(
      c, request,
      caf::make_message(to_caf_error(task_error{
          error_code::invalid_data,
          "the task's value is of a type that CAF cannot send: give it an inspect() function, "
          "or allow it with CAF_ALLOW_UNSAFE_MESSAGE_TYPE"})));
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

} // namespace sweet::detail
