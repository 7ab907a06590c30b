#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <array>
#include <atomic>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <typeindex>
#include <typeinfo>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The services of a runtime: objects that parts of the library keep once per runtime, made when
/// they are first used, such as the thread that watches child processes. Thread safe.
class service_set {
public:
  /// Returns the service of a type, made of `args` by the first call. Later calls take no lock.
  /// @throws what its constructor throws; the next call tries again
  template <class T, class... Args>
  T& get(Args&&... args) {
    for (auto& known : known_) {
      // Acquire pairs with the release of note(): the service and its type are seen as they were
      // made.
      void* const made = known.service.load(std::memory_order_acquire);
      if (made == nullptr)
        break;
      if (known.type == &typeid(T))
        return *static_cast<T*>(made);
    }
    std::lock_guard lock{mutex_};
    auto& service = services_[typeid(T)];
    if (!service) {
      service = std::make_shared<T>(std::forward<Args>(args)...);
      note(typeid(T), service.get());
    }
    return *static_cast<T*>(service.get());
  }

  /// Destroys all services. @pre no task uses one
  void clear() {
    std::map<std::type_index, std::shared_ptr<void>> ended; // destroyed without the lock
    std::lock_guard lock{mutex_};
    // Relaxed: no task uses a service any more.
    for (auto& known : known_)
      known.service.store(nullptr, std::memory_order_relaxed);
    count_ = 0;
    ended.swap(services_);
  }

private:
  /// A service that is found without the lock.
  struct known_service {
    const std::type_info* type = nullptr; ///< written before `service` is set
    std::atomic<void*> service{nullptr};
  };

  void note(const std::type_info& type, void* service) noexcept {
    if (count_ == known_.size())
      return;
    auto& known = known_[count_++];
    known.type = &type;
    known.service.store(service, std::memory_order_release);
  }

  std::mutex mutex_;
  std::map<std::type_index, std::shared_ptr<void>> services_; // mutex_
  std::size_t count_ = 0;                                     // mutex_
  std::array<known_service, 8> known_;
};

} // namespace sweet::inline v0_5::detail
