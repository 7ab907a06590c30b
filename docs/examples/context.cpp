// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// What a body says and asks through its context: messages, progress, the log, requests, metrics.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <iostream>
#include <string>
#include <vector>

using namespace std::chrono_literals;

// [messages]
struct page {
  std::string url;
};

struct summary {
  std::size_t letters;
};

// Takes pages until its parent has no more.
sweet::async<int> reader(sweet::task_context ctx) {
  for (int pages = 0;; ++pages) {
    const auto next = co_await ctx.receive<page>();
    if (next.payload.url.empty())
      co_return pages;
    if (ctx.reply(next, summary{next.payload.url.size()}).is_err())
      co_return pages;
  }
}

sweet::async<int> crawl(sweet::task_context ctx) {
  auto child = ctx.spawn(reader);
  for (const auto* url : {"https://a.example", "https://bb.example"}) {
    const auto sent = child.send(page{url});
    const auto answer = co_await ctx.receive<summary>();
    std::cout << url << ": " << answer.payload.letters << " letters, "
              << (answer.correlation == sent.value() ? "the answer to this" : "another answer")
              << '\n';
  }
  static_cast<void>(child.send(page{}));
  co_return co_await child;
}
// [/messages]

// [request]
caf::behavior doubler() {
  return {[](int x) { return 2 * x; }};
}

sweet::async<int> ask(sweet::task_context ctx, caf::actor server) {
  auto first = ctx.request<int>(server, 1s, 10);
  auto second = ctx.request<int>(server, 1s, 11);
  co_return co_await first + co_await second;
}
// [/request]

// [blocking]
std::string look_up(const std::string& word) { // a library that blocks
  return "what " + word + " means";
}

// Looks words up, two at a time, on threads of their own.
sweet::async<std::size_t> read_dictionary(sweet::task_context ctx, std::vector<std::string> words) {
  auto limit = ctx.max_children(2);
  std::vector<sweet::child_task<std::size_t>> found;
  for (const auto& word : words)
    found.push_back(
        co_await limit.spawn([word](sweet::task_context own) -> sweet::async<std::size_t> {
          const std::string meaning = co_await own.run_blocking(look_up, word);
          co_return meaning.size();
        }));
  std::size_t letters = 0;
  for (auto& one : found)
    letters += co_await one;
  co_return letters;
}
// [/blocking]

// [reports]
sweet::async<void> pack(sweet::task_context ctx) {
  for (std::uint64_t i = 1; i <= 3; ++i) {
    ctx.progress(i, 3, "compressing");
    co_await ctx.yield();
  }
  ctx.log(sweet::log_level::warning, "nearly out of room in " + ctx.working_directory());
}

void pack_archive(sweet::runtime& rt) {
  auto task = sweet::async_task::to<void>(rt)
                  .name("pack")
                  .working_directory("/srv/archive")
                  .metrics()
                  .run(pack);
  if (task.await().is_ok())
    std::cout << to_string(task.progress()) << ", after " << task.metrics()->turns << " turns\n";
}
// [/reports]

int main() {
  const auto log = [](const sweet::log_record& r) {
    std::cout << r.name << " says: " << r.text << '\n';
  };
  sweet::runtime rt = sweet::runtime_builder{}.log(log).build();
  std::cout << rt.spawn(crawl).await().value() << " pages\n";
  std::cout << rt.spawn(ask, rt.system().spawn(doubler)).await().value() << '\n';
  const std::vector<std::string> words{"actor", "task", "stream"};
  std::cout << rt.spawn(read_dictionary, words).await().value() << " letters\n";
  pack_archive(rt);
}
