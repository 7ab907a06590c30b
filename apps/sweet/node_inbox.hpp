#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/unique_fd.hpp>

#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace sweet::command {

/// What happens to a node, for the thread that polls. Any thread.
class node_inbox {
public:
  struct news {
    std::vector<std::string> lines; ///< to be printed
    bool is_to_drain = false;
    bool has_drained = false;
    bool has_stopped = false;
  };

  /// @throws std::system_error if the process is out of descriptors
  node_inbox();

  /// Is readable when there is something.
  [[nodiscard]] int fd() const noexcept { return event_.get(); }
  /// Takes all that there is.
  news take();

  void tell(std::string line);
  void is_to_drain() { set(&news::is_to_drain); }
  void has_drained() { set(&news::has_drained); }
  void has_stopped() { set(&news::has_stopped); }

private:
  void set(bool news::* what);
  void wake() const noexcept;

  const detail::unique_fd event_;
  std::mutex mutex_;
  news news_; ///< under the mutex
};

} // namespace sweet::command
