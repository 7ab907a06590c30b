// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/caf/service_registry.hpp>

#include <sweet/actors/runtime/home/log_sink.hpp>
#include <sweet/actors/runtime/system/send_to.hpp>
#include <sweet/messages/service_change.hpp>

#include <caf/actor_cast.hpp>
#include <caf/make_message.hpp>
#include <caf/message_id.hpp>

#include <iterator>
#include <new>
#include <stdexcept>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

caf::message change(const std::string& name, bool up) {
  return up ? caf::make_message(service_up{name}) : caf::make_message(service_down{name});
}

} // namespace

void service_registry::add(const std::string& name, const caf::actor& reference,
                           const known_service& itself, std::optional<std::type_index> interface) {
  std::lock_guard guard{mutex_};
  if (!services_.try_emplace(name, entry{{reference, interface}, &itself}).second)
    throw std::invalid_argument{"registered: the runtime has a service \"" + name + "\" already"};
}

void service_registry::remove(const std::string& name,
                              const caf::abstract_actor* reference) noexcept {
  entry removed; // destroyed after the lock is released
  std::unique_lock lock{mutex_};
  const auto found = services_.find(name);
  if (found == services_.end() ||
      caf::actor_cast<caf::abstract_actor*>(found->second.what.reference) != reference)
    return;
  removed = std::move(found->second);
  services_.erase(found);
  if (removed.told != 0)
    tell(name, false);
  deliver(lock);
}

void service_registry::changed(const std::string& name) noexcept {
  std::unique_lock lock{mutex_};
  const auto found = services_.find(name);
  if (found == services_.end())
    return;
  // The last caller sees the last state: each change of a service is followed by a call.
  auto& known = found->second;
  const auto now = known.itself->serving();
  const auto before = std::exchange(known.told, now);
  if (before == now)
    return;
  if (before != 0)
    tell(name, false);
  if (now != 0)
    tell(name, true);
  deliver(lock);
}

std::optional<service_registry::service> service_registry::find(std::string_view name) const {
  std::lock_guard guard{mutex_};
  const auto found = services_.find(name);
  if (found == services_.end())
    return std::nullopt;
  return found->second.what;
}

void service_registry::watch(std::string name, const caf::actor& who) {
  if (!who)
    throw std::invalid_argument{"watch_service: there is no actor to tell"};
  unwatch(name, who);
  std::unique_lock lock{mutex_};
  const auto found = services_.find(name);
  const bool up = found != services_.end() && found->second.told != 0;
  const auto added = watchers_.emplace(std::move(name), who.address());
  try {
    notes_.push_back({who.address(), change(added->first, up)});
  } catch (...) {
    watchers_.erase(added);
    throw;
  }
  deliver(lock);
}

void service_registry::unwatch(std::string_view name, const caf::actor& who) {
  std::lock_guard guard{mutex_};
  const auto [first, last] = watchers_.equal_range(name);
  for (auto watcher = first; watcher != last;)
    watcher = watcher->second == who.address() ? watchers_.erase(watcher) : std::next(watcher);
}

void service_registry::tell(const std::string& name, bool up) noexcept {
  try {
    const auto what = change(name, up);
    const auto [first, last] = watchers_.equal_range(name);
    for (auto watcher = first; watcher != last; ++watcher)
      notes_.push_back({watcher->second, what});
  } catch (const std::bad_alloc&) {
    log_sink::tell_no_memory();
  }
}

void service_registry::deliver(std::unique_lock<std::mutex>& lock) noexcept {
  if (std::exchange(delivering_, true))
    return;
  while (!notes_.empty()) {
    const auto next = std::move(notes_.front());
    notes_.pop_front();
    lock.unlock();
    // Released before the lock is taken again: it may be the last reference.
    auto to = caf::actor_cast<caf::actor>(next.to);
    const bool gone = to == nullptr || to->getf(caf::abstract_actor::is_terminated_flag);
    try {
      if (!gone)
        send_to(*caf::actor_cast<caf::abstract_actor*>(to), nullptr, caf::make_message_id(),
                next.what);
    } catch (const std::bad_alloc&) {
      log_sink::tell_no_memory();
    }
    to = nullptr;
    lock.lock();
    if (gone)
      std::erase_if(watchers_, [&](const auto& watcher) { return watcher.second == next.to; });
  }
  delivering_ = false;
}

} // namespace sweet::inline v0_5::detail
