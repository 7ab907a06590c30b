#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <map>
#include <memory>
#include <mutex>
#include <typeindex>

namespace sweet::inline v0_5::detail {

/// The services of a runtime: objects that parts of the library keep once per runtime, made when
/// they are first used, such as the thread that watches child processes. Thread safe.
class service_set {
public:
  /// Returns the service of a type, made by the first call.
  /// @throws what its constructor throws; the next call tries again
  template <class T>
  T& get() {
    std::lock_guard lock{mutex_};
    auto& service = services_[typeid(T)];
    if (!service)
      service = std::make_shared<T>();
    return *static_cast<T*>(service.get());
  }

  /// Destroys all services. @pre no task uses one
  void clear() {
    std::lock_guard lock{mutex_};
    services_.clear();
  }

private:
  std::mutex mutex_;
  std::map<std::type_index, std::shared_ptr<void>> services_;
};

} // namespace sweet::inline v0_5::detail
