// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/service/service_state.hpp>

#include <sweet/actors/runtime/caf/at_exit_of.hpp>
#include <sweet/actors/supervisor/service_link.hpp>
#include <sweet/messages/fails_with.hpp>

#include <caf/actor_cast.hpp>
#include <caf/error.hpp>

#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

task_error gone() noexcept {
  return error_or_spare(error_code::unreachable, [] {
    return task_error{error_code::unreachable, "the service has ended for good"};
  });
}

} // namespace

bool service_state::runs_within(cell& task) const noexcept {
  // Acquire pairs with the release in begin_serving(): a task below the one that serves was started
  // after that.
  const cell* const by = serving_->load(std::memory_order_acquire);
  if (by == nullptr)
    return false;
  for (const cell* c = &task; c != nullptr; c = c->parent.load(std::memory_order_relaxed))
    if (c == by)
      return true;
  return false;
}

void service_state::accept(cell& from, const std::shared_ptr<call_state>& call) {
  if (runs_within(from))
    return call->fail(
        task_error{error_code::invalid_state,
                   "a service calls itself through its reference, and would wait for ever: "
                   "call the member function"});
  call->note_server(serving_);
  auto waits = call;
  switch (calls_.sender.try_send(std::move(waits))) {
    case send_status::sent: return;
    case send_status::closed: return call->fail(gone());
    case send_status::full:
      return call->fail(
          task_error{error_code::resource_limit,
                     "no room for the call: " + std::to_string(calls_.sender.capacity()) +
                         " wait for the service already"});
  }
}

void service_state::begin_serving(cell& self) {
  if (calls_.sender.is_closed())
    throw fails_with{
        task_error{error_code::invalid_state,
                   "the service has been given up, and takes no calls: make another service_of"}};
  cell* none = nullptr;
  if (!serving_->compare_exchange_strong(none, &self, std::memory_order_release,
                                         std::memory_order_relaxed))
    throw fails_with{task_error{error_code::invalid_state,
                                "the service runs already: make a service_of for each"}};
}

void service_state::end_serving() noexcept {
  // Release: the next incarnation comes after this one.
  serving_->store(nullptr, std::memory_order_release);
}

void service_state::close() noexcept {
  calls_.sender.close();
  while (auto call = calls_.receiver.try_receive())
    (*call)->fail(gone());
}

bool service_state::follow_supervisor(cell& self, const std::shared_ptr<service_state>& itself) {
  const auto link = find_service_link(self);
  if (link == nullptr)
    return false;
  // Relaxed: only the first one follows.
  if (!followed_.exchange(true, std::memory_order_relaxed))
    at_exit_of(*caf::actor_cast<caf::abstract_actor*>(link->reference_actor()),
               [itself](const caf::error&) { itself->close(); });
  return true;
}

} // namespace sweet::inline v0_5::detail
