// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Tasks that must be done by some time, that must start by some time, and that go first.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

using namespace std::chrono_literals;

// [deadline]
sweet::async<std::string> ask_everybody(sweet::task_context ctx) {
  // What is below inherits the deadline, and can ask how much of it is left.
  auto slow = ctx.spawn([](sweet::task_context own) -> sweet::async<std::string> {
    co_await own.sleep_for(own.time_left() + 1h);
    co_return "late";
  });
  co_return co_await slow;
}

sweet::task_result<std::string> answer_in_time(sweet::runtime& rt) {
  auto answer = sweet::async_task::to<std::string>(rt).deadline(50ms).run(ask_everybody);
  return answer.await();
}
// [/deadline]

// [queue_timeout]
sweet::task_result<int> start_soon_or_not_at_all(sweet::runtime& rt) {
  auto busy = rt.spawn([] { std::this_thread::sleep_for(200ms); }); // it has one worker
  auto task = sweet::async_task::to<int>(rt).queue_timeout(20ms).run([] { return 1; });
  return task.await();
}
// [/queue_timeout]

// [priority]
void start_in_order(sweet::task_context ctx) {
  const auto says = [](std::string what) { std::cout << what << '\n'; };
  using sweet::task_priority;
  for (auto priority : {task_priority::background, task_priority::normal, task_priority::critical})
    static_cast<void>(sweet::async_task::to<void>(ctx).priority(priority).run(
        says, std::string{to_string(priority)}));
}
// [/priority]

int main() {
  sweet::runtime rt{sweet::runtime_options{.workers = 1}};
  std::cout << to_string(answer_in_time(rt).error().code()) << '\n';
  std::cout << to_string(start_soon_or_not_at_all(rt).error().code()) << '\n';
  rt.spawn(start_in_order).await().value();
}
