// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "node_command.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include <sweet/actors/process/orphan_guard.hpp>
#include <sweet/actors/process/task_process.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/spawn.hpp>
#include <sweet/node/node_builder.hpp>

#include "command_line.hpp"
#include "command_server.hpp"
#include "configured_node.hpp"
#include "interrupt_signals.hpp"
#include "node_desk.hpp"
#include "node_inbox.hpp"
#include "printable_text.hpp"
#include "read_node_config.hpp"
#include "systemd_notice.hpp"

namespace sweet::command {

namespace {

/// How often it is looked whether the node is a member of its cluster, until it is.
constexpr int up_step_ms = 20;

node_builder describe(const node_config& config, node_builder from) {
  auto result = from.listen(config.listen)
                    .join(config.join)
                    .detector({.heartbeat = config.heartbeat, .pause = config.pause});
  for (const auto& role : config.roles)
    result = result.role(role);
  return config.slots ? result.slots(*config.slots) : result;
}

async<void> tell_changes(task_context, broadcast_receiver<member_change> changes, std::string own,
                         std::shared_ptr<node_inbox> to) {
  while (const auto change = co_await changes.receive())
    if (change->name != own)
      to->tell(fmt::format("{} is {}: {}", change->name, name_of(change->is), change->why));
}

/// The loop of the thread that prints, and hears the signals.
class node_loop {
public:
  node_loop(node& own, std::shared_ptr<node_inbox> inbox, interrupt_signals& signals,
            const systemd_notice& systemd)
      : inbox_(std::move(inbox)), signals_(signals), systemd_(systemd), node_(own) {}

  int run() {
    systemd_.send("READY=1\nSTATUS=" + node_.waits_for());
    while (stage_ != stage::over)
      turn();
    return code_;
  }

private:
  enum class stage : std::uint8_t { joins, serves, drains, stops, is_killed, over };

  void turn() {
    std::array<pollfd, 2> fds{{{signals_.fd(), POLLIN, 0}, {inbox_->fd(), POLLIN, 0}}};
    if (::poll(fds.data(), fds.size(), stage_ == stage::joins ? up_step_ms : -1) < 0 &&
        errno != EINTR)
      throw std::system_error{errno, std::generic_category(), "poll"};
    if (stage_ == stage::joins && node_.waits_for().empty())
      come_up();
    if (const int number = fds[0].revents != 0 ? signals_.take() : 0; number != 0)
      hear(number);
    if (fds[1].revents != 0)
      take_news();
  }

  void come_up() {
    stage_ = stage::serves;
    const auto address = node_.address();
    const auto line = address.empty() ? node_.name() + " is up; it listens nowhere"
                                      : node_.name() + " is up at " + address;
    systemd_.send("STATUS=" + line);
    say(line);
  }

  void hear(int number) {
    if (number == SIGHUP)
      return reload();
    switch (stage_) {
      case stage::joins:
      case stage::serves: return drain();
      case stage::drains:
        code_ = exit_interrupted;
        say(node_.name() + " ends, and cancels what it runs");
        return stop();
      case stage::stops:
        stage_ = stage::is_killed;
        static_cast<void>(node_.tree().cancel(cancellation_level::kill));
        return;
      case stage::is_killed:
        static_cast<void>(node_.tree().cancel(cancellation_level::kill_hard));
        return;
      case stage::over: return;
    }
  }

  void reload() {
    if (node_.reload_certificates()) // if not, the log has why
      say(node_.name() + " has read its certificates again");
  }

  void drain() {
    stage_ = stage::drains;
    const auto busy = node_.busy_slots();
    const auto line = node_.name() + (busy == 0 ? std::string{" drains"}
                                                : fmt::format(" drains; {} task{} to finish", busy,
                                                              busy == 1 ? "" : "s"));
    systemd_.send("STOPPING=1\nSTATUS=" + line);
    say(line);
    node_.drain().on_done([inbox = inbox_](const task_result<void>&) { inbox->has_drained(); });
  }

  void stop() {
    stage_ = stage::stops;
    stopper_ = std::jthread{[this] {
      node_.stop();
      inbox_->has_stopped();
    }};
  }

  void take_news() {
    const auto news = inbox_->take();
    for (const auto& line : news.lines)
      say(line);
    if (news.is_to_drain && (stage_ == stage::joins || stage_ == stage::serves))
      drain();
    if (news.has_drained && stage_ == stage::drains)
      stop();
    if (news.has_stopped)
      stage_ = stage::over;
  }

  static void say(const std::string& line) { std::cout << printable(line) << std::endl; }

  std::shared_ptr<node_inbox> inbox_;
  interrupt_signals& signals_;
  const systemd_notice& systemd_;
  node& node_;
  std::jthread stopper_;
  stage stage_ = stage::joins;
  int code_ = exit_done;
};

} // namespace

int run_node(const node_options& options, const sigset_t& blocked) {
  interrupt_signals signals{blocked};
  const systemd_notice systemd;
  const auto reading = read_node_config(key_place::node, options.file, options.flags);
  if (!reading.errors.empty())
    return refuse_config(reading.errors);
  const auto& config = reading.config;
  // The guard is forked before there are threads.
  const auto guard = config.allow_run.empty() ? nullptr : std::make_shared<orphan_guard>();
  runtime rt{{.name = "sweet", .watchdog = std::chrono::nanoseconds::zero()}};
  if (guard)
    task_process::adopt_orphans(rt);
  const auto proof = configured_node(rt, config);
  if (!proof)
    return refuse_config(proof.error());
  const auto inbox = std::make_shared<node_inbox>();
  const auto desk = std::make_shared<node_desk>([inbox] { inbox->is_to_drain(); });
  std::optional<node> own;
  try {
    auto described = desk->provide(describe(config, proof.value()));
    if (guard)
      described = provide_commands(described, config.allow_run, guard);
    own.emplace(described.start());
  } catch (const std::exception& e) {
    return cannot_start(e);
  }
  desk->open(*own);
  if (!options.quiet)
    static_cast<void>(rt.spawn(tell_changes, own->watch(), config.name, inbox));
  const int code = node_loop{*own, inbox, signals, systemd}.run();
  desk->close();
  return code;
}

} // namespace sweet::command
