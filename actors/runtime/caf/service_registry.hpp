#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/message.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <vector>

namespace sweet::inline v0_5::detail {

/// The interface of a service that the registry knows.
class known_service {
public:
  /// Returns which incarnation takes the messages, counted from 1; 0: none. Any thread.
  virtual std::uint64_t serving() const = 0;

protected:
  ~known_service() = default;
};

/// The services of a runtime that are known by name, and the actors that watch them. Thread safe.
///
/// No actor is called while the lock is held: messages go through a queue, which one thread at a
/// time empties, so that all watchers hear of changes in the order in which they were seen. A
/// change for which there is no memory is not told, and standard error says so.
class service_registry {
public:
  /// Makes a service known. @param reference the actor that its clients get; keeps `itself` alive
  /// @throws std::invalid_argument if the name is taken
  void add(const std::string& name, const caf::actor& reference, const known_service& itself,
           std::optional<std::type_index> interface);
  /// Removes a service, if it is known by that reference.
  void remove(const std::string& name, const caf::abstract_actor* reference) noexcept;
  /// Tells the watchers if another incarnation serves under that name now, or none. Not under a
  /// lock that known_service::serving() takes.
  void changed(const std::string& name) noexcept;

  struct service {
    caf::actor reference;
    std::optional<std::type_index> interface;
  };
  /// Finds a service by its name; empty if there is none.
  std::optional<service> find(std::string_view name) const;

  /// Makes `who` a watcher of a service: it is told the present state, and each change until it has
  /// ended. A repeated call sends the present state once more. @throws std::invalid_argument if
  /// `who` is null
  void watch(std::string name, const caf::actor& who);
  /// Ends the watch of `who`. A message on its way may still arrive.
  void unwatch(std::string_view name, const caf::actor& who);

private:
  struct entry {
    service what;
    const known_service* itself = nullptr; ///< lives as long as the reference
    std::uint64_t told = 0;                ///< the incarnation that watchers know of; 0: none
  };
  struct note {
    caf::actor_addr to;
    caf::message what;
  };

  void tell(const std::string& name, bool up) noexcept;
  void deliver(std::unique_lock<std::mutex>& lock) noexcept;

  mutable std::mutex mutex_; ///< guards what follows
  std::map<std::string, entry, std::less<>> services_;
  std::multimap<std::string, caf::actor_addr, std::less<>> watchers_;
  std::deque<note> notes_;
  bool delivering_ = false;
};

} // namespace sweet::inline v0_5::detail
