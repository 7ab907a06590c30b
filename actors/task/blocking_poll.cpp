// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/task/blocking_poll.hpp>

#include <sweet/actors/runtime/cell/task_signals.hpp>
#include <sweet/actors/runtime/cell/task_wait.hpp>
#include <sweet/actors/runtime/home/thread_state.hpp>
#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stop_token>
#include <system_error>

#include <sys/eventfd.h>

namespace sweet::inline v0_5::detail {

namespace {

bool is_any_ready(std::span<pollfd> descriptors, int timeout) {
  int n = 0;
  do
    n = ::poll(descriptors.data(), static_cast<nfds_t>(descriptors.size()), timeout);
  while (n < 0 && errno == EINTR);
  return n != 0;
}

unique_fd make_event() {
  unique_fd event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!event)
    throw task_failure{task_error{error_code::resource_limit,
                                  "eventfd: " + std::generic_category().message(errno)}};
  return event;
}

} // namespace

void blocking_poll(std::span<pollfd> descriptors) {
  // Most calls do not wait.
  if (is_any_ready(descriptors, 0))
    return;
  cell* const task = this_thread().task;
  if (task == nullptr) {
    is_any_ready(descriptors, -1);
    return;
  }
  const unique_fd event = make_event();
  // Called at once if the task is cancelled already.
  const std::stop_callback tell{stop_token_of(*task), [&event]() noexcept {
                                  // This is the only write to the event, so there is room.
                                  ::eventfd_write(event.get(), 1);
                                }};
  std::array<pollfd, 8> all;
  *std::copy(descriptors.begin(), descriptors.end(), all.begin()) = {event.get(), POLLIN, 0};
  is_any_ready(std::span{all}.first(descriptors.size() + 1), -1);
  std::copy_n(all.begin(), descriptors.size(), descriptors.begin());
  if (std::all_of(descriptors.begin(), descriptors.end(),
                  [](const pollfd& d) { return d.revents == 0; })) {
    note_heard(*task);
    throw cancelled{};
  }
}

} // namespace sweet::inline v0_5::detail
