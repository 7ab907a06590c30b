// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "visiting_node.hpp"

#include <algorithm>
#include <array>
#include <climits>
#include <iostream>

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include "command_line.hpp"
#include "configured_node.hpp"
#include "duration_text.hpp"
#include "printable_text.hpp"
#include "read_node_config.hpp"

namespace sweet::command {

namespace {

using namespace std::chrono_literals;

constexpr int step_ms = 5;

/// A name that no other node has.
std::string name_of_visitor() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  static_cast<void>(::gethostname(host.data(), host.size() - 1));
  std::string text = host.data();
  for (char& c : text)
    if (const auto is = [c](char from, char to) { return from <= c && c <= to; };
        !is('a', 'z') && !is('A', 'Z') && !is('0', '9') && c != '.' && c != '-')
      c = '_';
  return fmt::format("cli-{}-{}", text, ::getpid());
}

} // namespace

std::optional<int> visiting_node::join(const asking_options& options) {
  auto reading = read_node_config(key_place::asking, options.file, options.flags);
  if (!reading.errors.empty())
    return refuse_config(reading.errors);
  auto& config = reading.config;
  if (config.name.empty())
    config.name = name_of_visitor();
  const auto within = parse_duration(options.within);
  if (!within || *within <= 0ms)
    return refuse_config(
        task_error{error_code::invalid_data,
                   fmt::format(R"(bad duration "{}"; write for instance "250ms", "10s" or "1m30s")",
                               options.within)});
  within_ = *within;
  const auto described = configured_node(runtime_, config);
  if (!described)
    return refuse_config(described.error());
  try {
    node_.emplace(described.value()
                      .slots(0)
                      .restarts(0)
                      .join({config.on})
                      .reconnect(backoff::exponential(50ms, 2, 1s))
                      .start());
  } catch (const std::exception& e) {
    return cannot_start(e);
  }
  switch (wait_until([this] { return find_visited(); }, within_)) {
    case waited::done: return std::nullopt;
    case waited::interrupted: return exit_interrupted;
    case waited::too_long: break;
  }
  const auto why = log_.last();
  std::cerr << "sweet: " << printable(config.on) << " does not answer"
            << (why.empty() ? "" : ": " + printable(why)) << '\n';
  return exit_unreachable;
}

bool visiting_node::find_visited() {
  for (const auto& x : node_->members())
    if (!x.itself && x.linked && x.state == member_state::up)
      visited_ = x.who.name;
  return !visited_.empty();
}

bool visiting_node::can_ask(std::string_view function) const {
  return std::ranges::any_of(node_->members(), [&](const auto& x) {
    return x.who.name == visited_ && x.linked && !x.who.draining &&
           std::ranges::any_of(x.who.task_types,
                               [&](const auto& type) { return type.name == function; });
  });
}

visiting_node::waited visiting_node::wait_until(const std::function<bool()>& holds,
                                                std::optional<std::chrono::milliseconds> at_most) {
  const auto begin = std::chrono::steady_clock::now();
  for (;;) {
    if (holds())
      return waited::done;
    if (at_most && std::chrono::steady_clock::now() - begin >= *at_most)
      return waited::too_long;
    pollfd signal{signals_.fd(), POLLIN, 0};
    if (::poll(&signal, 1, step_ms) > 0 && signals_.take() != 0)
      return waited::interrupted;
  }
}

} // namespace sweet::command
