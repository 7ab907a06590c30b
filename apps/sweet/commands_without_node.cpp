// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "ask_nodes.hpp"
#include "cert_command.hpp"
#include "node_command.hpp"
#include "remote_jobs.hpp"

#include <iostream>

namespace sweet::command {

namespace {

int refuse() {
  std::cerr << "sweet: this command was built without sweet::node: install libssl-dev and Boost "
               "(libboost-dev; on Debian 12 libboost1.81-dev), and build it again\n";
  return exit_wrong_usage;
}

} // namespace

int make_certificates(const cert_options&) {
  return refuse();
}

int run_node(const node_options&, const sigset_t&) {
  return refuse();
}

int list_nodes(const nodes_options&, const sigset_t&) {
  return refuse();
}

joined_cluster join_cluster(runtime&, interrupt_signals&, const visit_log&, const asking_options&) {
  return {nullptr, refuse()};
}

int drain_a_node(const drain_options&, const sigset_t&) {
  return refuse();
}

} // namespace sweet::command
