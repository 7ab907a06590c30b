// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io.hpp>
#include <sweet/asio/use_wait.hpp>
#include <sweet/sweet.hpp>

#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <iostream>

int main() {
  sweet::runtime rt;
  auto task = rt.spawn([](sweet::task_context ctx) -> sweet::async<int> {
    boost::asio::steady_timer timer{sweet::io(ctx), std::chrono::milliseconds{1}};
    co_await timer.async_wait(sweet::use_wait);
    co_return 45;
  });
  std::cout << "a timer: " << task.await().value() << '\n';
}
