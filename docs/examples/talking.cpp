// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What tasks talk and share by: channels, messages, outcomes, latest values, news, permits, locks,
// meetings.

#include <sweet/sweet.hpp>

#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

using namespace std::chrono_literals;

namespace {

// [channel]
sweet::async<void> produce(sweet::task_context, sweet::channel_sender<int> tx) {
  for (int i = 1; i <= 5; ++i)
    co_await tx.send(i); // waits while the channel is full
} // the last sender goes: the channel closes

sweet::async<int> consume(sweet::task_context ctx) {
  auto [tx, rx] = sweet::channel<int>{2};
  auto producer = ctx.spawn(produce, std::move(tx));
  int sum = 0;
  while (auto item = co_await rx.receive()) // nothing: closed and empty
    sum += *item;
  co_return sum;
}
// [/channel]

// [callable]
int add_up(sweet::channel_receiver<int> rx) {
  int sum = 0;
  for (const int& item : rx) // waits for each item, blocks the thread
    sum += item;
  return sum;
}
// [/callable]

// [select]
sweet::async<std::string> first_of(sweet::task_context ctx, sweet::channel_receiver<int> numbers,
                                   sweet::channel_receiver<std::string> words) {
  auto what = co_await sweet::select(numbers.receive(), words.receive(), ctx.sleep_for(1s));
  switch (what.index()) {
    case 0: co_return "a number: " + std::to_string(std::get<0>(what).value());
    case 1: co_return "a word: " + std::get<1>(what).value();
    default: co_return "nothing within a second";
  }
}
// [/select]

// [messages]
struct job {
  int number = 0;
};
struct stop {};

sweet::async<int> worker(sweet::task_context ctx) {
  for (int done = 0;; ++done) {
    const auto next = co_await ctx.receive<job, stop>(); // whichever came first
    if (std::holds_alternative<stop>(next.payload))
      co_return done;
    ctx.reply(next, std::get<job>(next.payload).number * 2).unwrap();
  }
}

sweet::async<std::string> boss(sweet::task_context ctx) {
  auto child = ctx.spawn(worker);
  int sum = 0;
  for (int i = 1; i <= 3; ++i) {
    child.send(job{i}).unwrap();
    sum += (co_await ctx.receive<int>()).payload;
  }
  child.send(stop{}).unwrap();
  co_return std::to_string(co_await child) + " jobs, " + std::to_string(sum);
}
// [/messages]

// [select_message]
sweet::async<std::string> hears(sweet::task_context ctx,
                                sweet::channel_receiver<std::string> words) {
  auto what = co_await sweet::select(ctx.receive<job>(), words.receive(), ctx.sleep_for(1s));
  switch (what.index()) {
    case 0: co_return "job " + std::to_string(std::get<0>(what).value().payload.number);
    case 1: co_return "a word: " + std::get<1>(what).value_or("none");
    default: co_return "nothing within a second";
  }
}
// [/select_message]

// [permit]
sweet::async<bool> hand_in(sweet::channel_sender<std::string> tx, std::string text) {
  auto room = co_await tx.reserve();
  if (!room)
    co_return false; // closed; the text is still ours
  co_return room.send(std::move(text));
}
// [/permit]

// [completion]
/// Calls back from a thread of its own, as libraries do.
template <class F>
std::thread ask_elsewhere(F answer) {
  return std::thread{[answer = std::move(answer)]() mutable { answer(42); }};
}

sweet::async<int> ask(sweet::task_context) {
  auto [set, result] = sweet::completion<int>{};
  auto library = ask_elsewhere([setter = std::move(set)](int answer) mutable { setter(answer); });
  const auto outcome = co_await result.get();
  library.join();
  co_return outcome.unwrap_or(-1);
}
// [/completion]

// [watch]
sweet::async<int> follows(sweet::task_context, sweet::watch_receiver<int> level) {
  int last = level.get();
  while (co_await level.changed()) // false: no sender is left
    last = level.get();            // values between are skipped
  co_return last;
}
// [/watch]

// [broadcast]
sweet::async<std::string> reads(sweet::task_context, sweet::broadcast_receiver<std::string> news) {
  std::string all;
  while (auto item = co_await news.receive())
    all += (item.missed != 0 ? "(" + std::to_string(item.missed) + " missed) " : "") + *item + ' ';
  co_return all;
}
// [/broadcast]

// [semaphore]
sweet::async<void> download(sweet::task_context ctx, sweet::semaphore connections, int& at_once,
                            int& most) {
  auto permit = co_await connections.acquire();
  most = std::max(most, ++at_once);
  co_await ctx.sleep_for(1ms);
  --at_once;
} // the permit goes back, also if the task is stopped
// [/semaphore]

// [condition]
struct shelf {
  sweet::async_mutex lock{};
  sweet::async_condition filled{};
  std::vector<std::string> boxes{};
};

sweet::async<std::string> take_box(sweet::task_context, shelf& s) {
  auto guard = co_await s.lock.lock();
  while (s.boxes.empty())
    co_await s.filled.wait(guard); // unlocked while it waits
  auto box = std::move(s.boxes.back());
  s.boxes.pop_back();
  co_return box;
}

sweet::async<void> put_box(sweet::task_context, shelf& s, std::string box) {
  auto guard = co_await s.lock.lock();
  s.boxes.push_back(std::move(box));
  s.filled.notify_one();
}
// [/condition]

// [barrier]
sweet::async<void> works(sweet::task_context, sweet::barrier phase, int& phases) {
  for (int i = 0; i < 3; ++i)
    if (co_await phase.arrive_and_wait()) // true for one of them
      ++phases;
}
// [/barrier]

// [interval]
sweet::async<int> measures(sweet::task_context ctx) {
  sweet::interval ticks{ctx, 2ms, sweet::missed_ticks::skip};
  int n = 0;
  while (n < 3) {
    co_await ticks.tick(); // the first one at once
    ++n;
  }
  co_return n;
}
// [/interval]

sweet::async<void> shows(sweet::task_context ctx) {
  std::cout << "channel: " << co_await ctx.spawn(consume) << '\n';
  {
    auto [tx, rx] = sweet::channel<int>{1};
    auto sum = ctx.spawn(add_up, std::move(rx));
    co_await ctx.spawn(produce, std::move(tx));
    std::cout << "callable: " << co_await sum << '\n';
  }
  {
    auto [numbers_in, numbers] = sweet::channel<int>{1};
    auto [words_in, words] = sweet::channel<std::string>{1};
    std::cout << "handed in: " << co_await hand_in(words_in, "sweet") << '\n';
    std::cout << co_await ctx.spawn(first_of, numbers, words) << '\n';
  }
  std::cout << "messages: " << co_await ctx.spawn(boss) << '\n';
  {
    auto [words_in, words] = sweet::channel<std::string>{1};
    auto child = ctx.spawn(hears, words);
    child.send(job{7}).unwrap();
    std::cout << co_await child << '\n';
  }
  std::cout << "completion: " << co_await ctx.spawn(ask) << '\n';
  {
    // [watch_ends]
    auto [tx, rx] = sweet::watch<int>{0};
    auto last = ctx.spawn(follows, std::move(rx));
    auto sender = std::move(tx);
    for (int i = 1; i <= 100; ++i)
      sender.set(i);
    // [/watch_ends]
    sender = sweet::watch<int>{0}.sender; // lets the end go
    std::cout << "watch: " << co_await last << '\n';
  }
  {
    // [broadcast_ends]
    auto [tx, rx] = sweet::broadcast<std::string>{2}; // keeps two items for who is behind
    for (const auto* text : {"one", "two", "three"})
      tx.send(text);
    auto slow = ctx.spawn(reads, std::move(rx));
    // [/broadcast_ends]
    tx = sweet::broadcast<std::string>{1}.sender;
    std::cout << "broadcast: " << co_await slow << '\n';
  }
  {
    const sweet::semaphore connections{3};
    int at_once = 0;
    int most = 0;
    sweet::runtime one{{.workers = 1}}; // the two counters have no lock
    std::vector<sweet::spawning_task<void>> all;
    for (int i = 0; i < 10; ++i)
      all.push_back(one.spawn(download, connections, std::ref(at_once), std::ref(most)));
    for (auto& task : all)
      co_await task;
    std::cout << "at most at once: " << most << '\n';
  }
  {
    shelf s;
    auto box = ctx.spawn(take_box, std::ref(s));
    co_await ctx.spawn(put_box, std::ref(s), "a box");
    std::cout << "condition: " << co_await box << '\n';
  }
  {
    const sweet::barrier phase{4};
    const sweet::wait_group done{4};
    int phases = 0;
    for (int i = 0; i < 4; ++i)
      ctx.spawn(works, phase, std::ref(phases)).on_done([done](const auto&) { done.done(); });
    co_await done.wait();
    std::cout << "phases: " << phases << '\n';
  }
  std::cout << "ticks: " << co_await ctx.spawn(measures) << '\n';
}

} // namespace

int main() {
  sweet::runtime rt;
  rt.spawn(shows).await().unwrap();
}
