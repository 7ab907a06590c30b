// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Tasks that depend on each other, and what a failure does to them.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

namespace {

std::string fetch() {
  return "three lines of source";
}

sweet::async<int> compile(sweet::task_context ctx) {
  co_await ctx.yield();
  co_return 42;
}

void test() {
  throw std::runtime_error{"2 of 7 tests fail"};
}

void package() {}

// [describe]
sweet::task_graph describe_build() {
  sweet::task_graph graph{"build"};
  graph.add("fetch", fetch);
  graph.add("compile", compile).depends_on("fetch");
  graph.add("lint", [] {}).depends_on("fetch").group("checks");
  graph.add("test", test, [](auto task) { return task.timeout(30s).blocking(); })
      .depends_on("compile")
      .group("checks");
  graph.add("package", package).depends_on("compile", "checks");
  return graph;
}
// [/describe]

// [run]
void run_all(sweet::runtime& rt, const sweet::task_graph& graph) {
  sweet::graph_run run = graph.start(rt);
  if (const auto outcome = run.await(); outcome.is_err())
    std::cout << outcome.error().message() << ": " << outcome.error().cause().message() << '\n';
  for (const sweet::graph_status& status : run.statuses())
    std::cout << status << '\n';
  std::cout << "compile gave " << run.outcome<int>("compile").value() << '\n';
}
// [/run]

// [some]
void run_some(sweet::runtime& rt, const sweet::task_graph& graph) {
  sweet::graph_run some = graph.start(rt, {"lint"});
  std::cout << some.await().value().completed << " completed\n";
  std::cout << some.status("test") << '\n';
}
// [/some]

// [refused]
void add_a_cycle(sweet::task_graph& graph) {
  graph.add("deploy", [] {}).depends_on("announce");
  graph.add("announce", [] {}).depends_on("deploy");
  try {
    graph.check();
  } catch (const std::invalid_argument& e) {
    std::cout << e.what() << '\n';
  }
}
// [/refused]

} // namespace

int main() {
  sweet::runtime rt;
  sweet::task_graph graph = describe_build();
  run_all(rt, graph);
  run_some(rt, graph);
  add_a_cycle(graph);
}
