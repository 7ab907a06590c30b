// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Calls of a function on another node, which is a process of its own: this program once more, as
// bench_sweet_node --node THREADS TLS. It says where it listens, and ends with its stdin.

#include "node_process.hpp"
#include "protocol.hpp"

#include <iostream>
#include <memory>
#include <string>
#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>
#include <vector>

namespace {

using bench::round;
using bench::timed;
using u64 = std::uint64_t;

constexpr sweet::remote<std::string(std::string)> echo{"echo"};
const std::string payload(64, 'x');

sweet::node_builder builder(sweet::runtime& rt, const char* name, bool tls) {
  auto plain = sweet::node_builder(rt).name(name).secret("secret of the benchmarks");
  return tls ? plain : plain.without_tls();
}

struct world {
  explicit world(unsigned workers) : threads(workers), runtime({.workers = workers}) {}

  /// The link is made before the first round, which is a warm-up.
  sweet::node& linked(bool tls) {
    if (front == nullptr) {
      other = std::make_unique<bench::node_process>(threads, tls);
      front = std::make_unique<sweet::node>(
          builder(runtime, "front", tls).join({other->address()}).start());
    }
    return *front;
  }

  unsigned threads;
  sweet::runtime runtime;
  std::unique_ptr<bench::node_process> other; // ends after the link to it
  std::unique_ptr<sweet::node> front;
};

/// One call after the other; the number of those that have returned what they were given.
sweet::async<u64> call(sweet::task_context ctx, const sweet::node* front, u64 calls) {
  const auto there =
      sweet::async_task::to<std::string>(ctx).on(*front, sweet::placement::on("other"));
  u64 right = 0;
  for (u64 i = 0; i < calls; ++i)
    right += co_await there.run(echo, payload) == payload ? 1 : 0;
  co_return right;
}

/// `window` calls under way at a time.
sweet::async<u64> call_many(sweet::task_context ctx, const sweet::node* front, u64 calls,
                            u64 window) {
  sweet::task_group<u64> callers{ctx};
  for (u64 i = 0; i < window; ++i)
    callers.spawn(call, front, calls * (i + 1) / window - calls * i / window);
  u64 right = 0;
  while (auto some = co_await callers.next())
    right += some->unwrap();
  co_return right;
}

template <u64 window, bool tls>
round remote(world& w, u64 size) {
  const auto& front = w.linked(tls);
  return timed(
      [&] { return sweet::spawn(w.runtime, call_many, &front, size, window).await().unwrap(); });
}

int serve_node(unsigned workers, bool tls) {
  sweet::runtime rt({.workers = workers});
  auto node = builder(rt, "other", tls)
                  .listen("127.0.0.1:0")
                  .slots(1'000)
                  .provide(echo, [](std::string x) { return x; })
                  .start();
  std::cout << node.address() << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
  }
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  if (argc == 4 && argv[1] == std::string{"--node"})
    return serve_node(static_cast<unsigned>(std::stoul(argv[2])), argv[3] == std::string{"tls"});
  return bench::serve<world>(argc, argv,
                             {{"remote_call", remote<1, false>},
                              {"remote_call_64", remote<64, false>},
                              {"remote_call_1000", remote<1'000, false>},
                              {"remote_call_tls", remote<1, true>},
                              {"remote_call_64_tls", remote<64, true>},
                              {"remote_call_1000_tls", remote<1'000, true>}});
}
