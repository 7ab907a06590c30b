#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sweet::inline v0_5::testing {

/// What happened, in the order in which it did. Thread safe.
class journal {
public:
  void add(std::string line) {
    std::lock_guard guard{mutex_};
    lines_.push_back(std::move(line));
  }

  /// What has been added since the last call.
  std::vector<std::string> take() {
    std::lock_guard guard{mutex_};
    return std::exchange(lines_, {});
  }

private:
  std::mutex mutex_;
  std::vector<std::string> lines_;
};

} // namespace sweet::inline v0_5::testing
