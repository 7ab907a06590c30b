#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/log_record.hpp>

#include <mutex>
#include <string>

namespace sweet::command {

/// Remembers why a node that joins a cluster has no link yet. Any thread.
class visit_log {
public:
  void note(const log_record& x) {
    if (!x.text.starts_with("no link by") && !x.text.starts_with("no connection to"))
      return;
    std::lock_guard guard{mutex_};
    last_ = x.text;
  }

  /// What was noted last; empty: nothing.
  [[nodiscard]] std::string last() const {
    std::lock_guard guard{mutex_};
    return last_;
  }

private:
  mutable std::mutex mutex_;
  std::string last_; ///< under the mutex
};

} // namespace sweet::command
