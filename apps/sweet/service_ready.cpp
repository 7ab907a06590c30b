// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_ready.hpp"

#include <sweet/actors/process/run_process.hpp>
#include <sweet/actors/process/unique_fd.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "job_process.hpp"

namespace sweet::command {

namespace {

constexpr std::chrono::milliseconds first_pause{10};
constexpr std::chrono::milliseconds longest_pause{250};

// Does not wait: on this machine a connection is made or refused at once, but for a full backlog.
template <class Address>
bool connects(const Address& address) {
  const auto* generic = reinterpret_cast<const sockaddr*>(&address);
  const detail::unique_fd fd{
      ::socket(generic->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd)
    return false;
  if (::connect(fd.get(), generic, sizeof address) == 0)
    return true;
  pollfd made{fd.get(), POLLOUT, 0};
  int error = 0;
  socklen_t size = sizeof error;
  return errno == EINPROGRESS && ::poll(&made, 1, 0) == 1 &&
         ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

bool takes_connections(std::uint16_t port) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  return connects(v4) || connects(v6);
}

} // namespace

async<void> until_ready(task_context ctx, const job* what, const orphan_guard* guard,
                        std::shared_ptr<service_output> output) {
  const auto& check = *what->service->ready;
  if (!check.log.empty()) {
    co_await output->seen();
    co_return;
  }
  auto probe = process_of(*what, *guard);
  probe.argv = check.command;
  probe.output = process_output::discard;
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    if (check.port != 0) {
      if (takes_connections(check.port))
        co_return;
    } else {
      const auto end = co_await ctx.spawn(run_process, probe).result();
      if (end.is_err())
        throw task_failure{end.error()};
      if (end.value().status.success())
        co_return;
    }
    co_await ctx.sleep_for(pause);
  }
}

} // namespace sweet::command
