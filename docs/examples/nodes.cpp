// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Two nodes in one program: one of them runs what the other one asks for. On two machines each of
// them is a program of its own, and the addresses are others.

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

// [function]
// In a header that both programs share.
struct picture {
  std::string name;
  std::vector<double> points;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, picture& x) {
  return f(x.name, x.points);
}

inline constexpr sweet::remote<double(picture)> brightness{"brightness"};
inline constexpr sweet::remote<void()> rest{"rest"};
// [/function]

const std::string secret = "to be read from a file";

// [provides]
sweet::node start_worker(sweet::runtime& rt) {
  return sweet::node_builder(rt)
      .name("w1")
      .listen("127.0.0.1:0")
      .secret(secret)
      .role("eyes")
      .provide(brightness,
               [](picture x) {
                 double sum = 0;
                 for (const double point : x.points)
                   sum += point;
                 return sum / static_cast<double>(x.points.size());
               })
      .provide(rest,
               [](sweet::task_context ctx) -> sweet::async<void> {
                 co_await ctx.sleep_for(
                     1h); // ends when the caller is cancelled, or its time is over
               })
      .start();
}
// [/provides]

int main() {
  sweet::runtime rt;
  const auto worker = start_worker(rt);

  // [calls]
  auto front =
      sweet::node_builder(rt).name("front").secret(secret).join({worker.address()}).start();
  auto task = sweet::async_task::to<double>(rt)
                  .name("look")
                  .deadline(10s)
                  .retry(2)
                  .on(front, sweet::placement::least_loaded().role("eyes"))
                  .run(brightness, picture{"dawn", {0.25, 0.5, 0.75}});
  std::cout << "brightness: " << task.await().unwrap() << '\n';
  // [/calls]

  // [children]
  auto parent = rt.spawn([&](sweet::task_context ctx) -> sweet::async<double> {
    const auto look = sweet::async_task::to<double>(ctx).on(front, sweet::placement::round_robin());
    std::vector<sweet::child_task<double>> all;
    for (int i = 1; i <= 4; ++i)
      all.push_back(look.run(brightness, picture{"night", {i / 10.0, i / 20.0}}));
    double most = 0;
    for (auto& one : all)
      most = std::max(most, co_await one);
    co_return most;
  });
  std::cout << "the brightest night: " << parent.await().unwrap() << '\n';
  // [/children]

  // [stream]
  const std::vector<picture> album{{"noon", {1, 0.9}}, {"rain", {0.4, 0.2}}, {"moon", {0.2, 0.1}}};
  const auto lit = sweet::async_task::emits<picture>(rt)
                       .sender(album)
                       .receiver(sweet::strategy::parallel{8}.ordered().on(
                                     front, sweet::placement::least_loaded().role("eyes")),
                                 brightness)
                       .into<std::vector<double>>()
                       .await_final_event();
  // [/stream]
  for (const double x : lit.collected)
    std::cout << x << '\n';

  // [limits]
  auto slow =
      sweet::async_task::to<void>(rt).timeout(50ms).on(front, sweet::placement::on("w1")).run(rest);
  std::cout << "rest: " << to_string(slow.await().error().code()) << '\n';
  // [/limits]

  // [pending]
  auto nowhere = sweet::async_task::to<void>(rt).on(front, sweet::placement::on("w7")).run(rest);
  while (front.pending().empty())
    std::this_thread::sleep_for(1ms);
  std::cout << front.pending().front() << '\n';
  static_cast<void>(nowhere.cancel());
  // [/pending]

  // [members]
  for (const auto& member : front.members())
    std::cout << member.who.name << " is " << to_string(member.state) << '\n';
  // [/members]
}
