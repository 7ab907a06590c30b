#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

namespace sweet::detail {

/// What parts of the library keep once per runtime, and only where it is used: such as the thread
/// that watches child processes. Thread safe.
class service_set {
public:
  /// The one of that type, made now if nobody has asked for it before.
  /// @throws what its constructor throws; the next call tries again
  template <class T>
  T& get() {
    std::lock_guard lock{mutex_};
    auto& service = services_[typeid(T)];
    if (!service)
      service = std::make_shared<T>();
    return *static_cast<T*>(service.get());
  }

  /// Destroys all of them. @pre no task uses one
  void clear() {
    std::lock_guard lock{mutex_};
    services_.clear();
  }

private:
  std::mutex mutex_;
  std::map<std::type_index, std::shared_ptr<void>> services_;
};

} // namespace sweet::detail
