// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "service_ready.hpp"

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/actors/task/sleep.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/messages/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "job_process.hpp"

namespace sweet::command {

namespace {

constexpr std::chrono::milliseconds first_pause{10};
constexpr std::chrono::milliseconds longest_pause{250};

// Whether an address takes connections. Does not wait: on this machine a connection is made or
// refused at once, but for a full backlog.
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

// Runs the command of the check once, and tells `output` what it has said. @returns whether it has
// exited with 0
async<bool> probe(task_context ctx, process_spec spec, process_room* room,
                  std::shared_ptr<service_output> output) {
  const auto said = std::make_shared<service_output>(std::string{});
  const auto tell = [&](const std::string& how) {
    output->set_last_check("the command " + how +
                           (said->tail().empty() ? "" : "\n" + said->tail()));
  };
  spec.on_output = [said](std::string_view bytes) { said->add(bytes); };
  auto started = room->start(ctx, spec, process_room::purpose::probe);
  for (retry_pause pause; !started;) {
    co_await ctx.sleep_for(pause.next());
    if (auto again = room->start(ctx, spec, process_room::purpose::probe))
      started.emplace(*std::move(again));
  }
  if (started->is_err())
    throw task_failure{started->error()};
  auto running = std::move(*started).value();
  while (!running.process.ended()) {
    running.process.heed(co_await running.process.wait());
    if (running.process.level() != cancellation_level::none)
      tell("had not ended");
  }
  if (running.process.level() != cancellation_level::none)
    throw cancelled{};
  const auto status = running.process.take().status;
  tell("said " + to_string(status));
  co_return status.success();
}

} // namespace

async<void> until_ready(task_context ctx, const job* what, const orphan_guard* guard,
                        process_room* room, std::shared_ptr<service_output> output) {
  const auto& check = *what->service->ready;
  if (!check.log.empty()) {
    output->set_last_check("no line with `" + check.log + "` was printed");
    co_await output->seen();
    co_return;
  }
  if (check.port != 0)
    output->set_last_check("port " + std::to_string(check.port) + " takes no connections");
  auto spec = process_of(*what, *guard);
  spec.argv = check.command;
  for (auto pause = first_pause;; pause = std::min(pause * 2, longest_pause)) {
    if (check.port != 0 ? takes_connections(check.port)
                        : co_await ctx.spawn(probe, spec, room, output))
      co_return;
    co_await ctx.sleep_for(pause);
  }
}

} // namespace sweet::command
