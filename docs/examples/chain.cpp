// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What follows a task: links that go on from its value or its error, and callbacks.

#include <sweet/sweet.hpp>

#include <iostream>
#include <stdexcept>
#include <string>

// [chain]
std::string download(const std::string& url) {
  if (url == "down.example")
    throw std::runtime_error{"connection refused"};
  return "1 2 3 from " + url;
}

sweet::async<std::size_t> store(std::string page) {
  co_return page.size();
}

sweet::spawning_task<std::string> report(sweet::runtime& rt, std::string url) {
  return rt.spawn(download, std::move(url))
      .map([](std::string page) { return page + '\n'; }) // on the value
      .chain(store)                                      // the same, here with a coroutine
      .map([](std::size_t bytes) { return std::to_string(bytes) + " bytes stored"; })
      .map_err([](const sweet::task_error& e) { // on the error
        return sweet::task_error{sweet::error_code::io, "no page"}.with_cause(e);
      })
      .or_else([](const sweet::task_error& e) { return e.message() + ": " + e.cause().message(); });
}
// [/chain]

// [on_done]
void tell(const sweet::spawning_task<std::string>& task) {
  task.on_done([](sweet::task_result<std::string> outcome) { // on a worker, once
    std::cout << "done: " << outcome.unwrap_or("nothing") << '\n';
  });
}
// [/on_done]

int main() {
  sweet::runtime rt;
  std::cout << report(rt, "up.example").await().value() << '\n';
  auto last = report(rt, "down.example");
  // [await_result]
  std::cout << last.await_result([](auto outcome) { return outcome.value(); }) << '\n';
  // [/await_result]
  tell(last);
} // the end of the runtime waits for callbacks
