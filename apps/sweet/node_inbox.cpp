// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_inbox.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace sweet::command {

node_inbox::node_inbox() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!event_)
    throw std::system_error{errno, std::generic_category(), "eventfd"};
}

node_inbox::news node_inbox::take() {
  std::uint64_t count = 0;
  static_cast<void>(::read(event_.get(), &count, sizeof count) == sizeof count);
  std::lock_guard guard{mutex_};
  return std::exchange(news_, {});
}

void node_inbox::tell(std::string line) {
  {
    std::lock_guard guard{mutex_};
    news_.lines.push_back(std::move(line));
  }
  wake();
}

void node_inbox::set(bool news::* what) {
  {
    std::lock_guard guard{mutex_};
    news_.*what = true;
  }
  wake();
}

void node_inbox::wake() const noexcept {
  const std::uint64_t one = 1;
  static_cast<void>(::write(event_.get(), &one, sizeof one) == sizeof one);
}

} // namespace sweet::command
