// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ask_nodes.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_line.hpp"
#include "did_you_mean.hpp"
#include "node_functions.hpp"
#include "node_table.hpp"
#include "printable_text.hpp"
#include "visiting_node.hpp"

namespace sweet::command {

namespace {

using namespace std::chrono_literals;
using waited = visiting_node::waited;

/// How long it takes until a node that cannot be asked has told of the others, with a heartbeat.
constexpr auto to_hear = 1500ms;
/// How often it is asked whether a node has ended.
constexpr auto between_looks = 100ms;

/// What a visit needs, in the order in which it is made.
struct visit {
  explicit visit(const sigset_t& blocked) : signals(blocked) {}

  visit_log log;
  interrupt_signals signals;
  runtime rt{{.name = "sweet",
              .workers = 1,
              .log = [this](const log_record& x) { log.note(x); },
              .watchdog = std::chrono::nanoseconds::zero()}};
  visiting_node own{rt, signals, log};
};

int fail(const std::string& why) {
  std::cerr << "sweet: " << printable(why) << '\n';
  return exit_job_failed;
}

/// The nodes, without this one and those that were only here to ask. The node that is visited knows
/// best; one of another program is heard instead.
std::vector<listed_node> nodes_of(visiting_node& own) {
  std::vector<listed_node> all;
  if (own.can_ask(nodes_of_cluster.name())) {
    const auto most = static_cast<std::uint32_t>(own.within().count() / 2);
    if (auto told = own.ask(nodes_of_cluster, most))
      all = std::move(told).value();
  }
  if (all.empty()) {
    static_cast<void>(own.wait_until([] { return false; }, to_hear));
    for (const auto& x : own->members())
      all.push_back(as_listed(x));
  }
  std::erase_if(all, is_visitor);
  sort_nodes(all);
  return all;
}

/// The newest node of a name: those that were there before have ended.
const listed_node* find(const std::vector<listed_node>& all, std::string_view name) {
  const listed_node* found = nullptr;
  for (const auto& x : all)
    if (x.name == name && (found == nullptr || has_ended(*found)))
      found = &x;
  return found;
}

/// Waits until a node has left, whoever tells of that.
int wait_until_left(visiting_node& own, const std::string& name) {
  for (;;) {
    const bool is_visited = own.visited() == name;
    std::vector<listed_node> all;
    if (is_visited)
      for (const auto& x : own->members())
        all.push_back(as_listed(x));
    else
      all = nodes_of(own);
    const auto* x = find(all, name);
    if (x == nullptr || x->state == "left")
      return exit_done;
    if (x->state == "down")
      return fail(name + " was lost while it drained");
    if (own.wait_until([] { return false; }, between_looks) == waited::interrupted)
      return exit_interrupted;
  }
}

} // namespace

int list_nodes(const nodes_options& options, const sigset_t& blocked) {
  visit v{blocked};
  visiting_node& own = v.own;
  if (const auto code = own.join(options))
    return *code;
  const auto nodes = nodes_of(own);
  std::cout << (options.json ? node_lines(nodes) : node_table(nodes));
  return printed(exit_done);
}

int drain_a_node(const drain_options& options, const sigset_t& blocked) {
  visit v{blocked};
  visiting_node& own = v.own;
  if (const auto code = own.join(options))
    return *code;
  const auto& name = options.node;
  if (!own.can_ask(drain_node.name()))
    return fail(own.visited() + " was not started by `sweet node`, and cannot be asked: take the "
                                "address of one that was");
  const auto all = nodes_of(own);
  const auto* x = find(all, name);
  if (x == nullptr) {
    std::vector<std::string_view> known;
    for (const auto& each : all)
      known.push_back(each.name);
    return fail("no node is called " + name + did_you_mean(name, known));
  }
  if (has_ended(*x))
    return fail(name + " is " + x->state + " already");
  if (std::ranges::find(x->functions, drain_node.name()) == x->functions.end())
    return fail(name + " was not started by `sweet node`: only its own program can drain it");
  if (!x->is_draining)
    if (const auto asked = own.ask(drain_node, name); !asked)
      return fail(name + " was not drained: " + asked.error().root_cause().message());
  std::cout << printable(name) << " drains" << std::endl;
  if (options.does_not_wait)
    return printed(exit_done);
  if (const int code = wait_until_left(own, name); code != exit_done)
    return code;
  std::cout << printable(name) << " has left\n";
  return printed(exit_done);
}

} // namespace sweet::command
