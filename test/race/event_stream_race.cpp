// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Streams of all kinds whose senders and handlers fail, and which are paused, resized, drained and
// cancelled from other threads at any moment: each has exactly one terminal event, in which all of
// its events are accounted for, and nothing is left. Arguments: how many rounds, and a seed.

#include <sweet/sweet.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>
#include <ranges>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;

namespace {

using random_engine = std::minstd_rand;

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "event_stream_race: %s\n", what.c_str());
  std::_Exit(1);
}

void spin(std::chrono::microseconds time) {
  for (const auto until = std::chrono::steady_clock::now() + time;
       std::chrono::steady_clock::now() < until;)
    std::this_thread::yield();
}

/// What the draws decide about one stream. Shared with its bodies, some of which are left behind
/// when it is killed hard.
struct scenario {
  explicit scenario(random_engine& random)
      : events(static_cast<int>(random() % 3'000)),
        receivers(static_cast<std::uint32_t>(1 + random() % 4)), how(random() % 6),
        coroutine(random() % 2 == 0), two_stages(random() % 4 == 0), sender(random() % 3),
        failing(random() % 4 == 0), failing_sender(random() % 16 == 0), errors(random() % 3),
        overflow(random() % 8), capacity(random() % 2 == 0 ? 1'024u : 1u) {}

  const int events;
  const std::uint32_t receivers;
  const unsigned long how;
  const bool coroutine;
  const bool two_stages;
  const unsigned long sender;
  const bool failing;
  const bool failing_sender;
  const unsigned long errors;
  const unsigned long overflow;
  const std::uint32_t capacity;

  event_overflow policy() const {
    switch (overflow) {
      case 0: return event_overflow::drop_newest;
      case 1: return event_overflow::drop_oldest;
      case 2: return event_overflow::fail;
      default: return event_overflow::block;
    }
  }

  error_strategy on_error() const {
    switch (errors) {
      case 0: return error_strategy::stop_on_first();
      case 1: return error_strategy::continue_on_error();
      default: return error_strategy::retry(1, backoff::fixed(50us));
    }
  }

  /// Whether nobody but a cancellation can keep events from being handled.
  bool handles_all() const { return !failing && !failing_sender && overflow > 2; }
};

using shared_scenario = std::shared_ptr<const scenario>;

/// A draw of a body's own: bodies run beside each other.
unsigned long draw(int x, unsigned long salt) {
  return random_engine{static_cast<unsigned>(x) * 2'654'435'761u + static_cast<unsigned>(salt)}();
}

void maybe_fail(const scenario& what, int x) {
  static std::atomic<unsigned> attempt{0}; // so that some succeed when they are tried once more
  if (what.failing && draw(x, ++attempt) % 300 == 0)
    throw std::runtime_error{"failed on purpose"};
}

int handle(const scenario& what, int x) {
  if (draw(x, 1) % 64 == 0)
    spin(30us);
  maybe_fail(what, x);
  return x;
}

async<void> send_later(task_context ctx, emitter<int>& out, shared_scenario what) {
  for (int i = 0; i < what->events; ++i) {
    if (draw(i, 3) % 128 == 0)
      co_await ctx.yield();
    if (what->failing_sender && draw(i, 4) % 1'024 == 0)
      throw std::runtime_error{"the sender failed on purpose"};
    if (what->failing && draw(i, 5) % 256 == 0)
      co_await out.emit_error(task_error{error_code::invalid_data, "not to be made"});
    co_await out.emit(i);
  }
}

auto described(runtime& rt, const shared_scenario& what) {
  return async_task::emits<int>(rt)
      .capacity(what->capacity)
      .overflow(what->policy())
      .on_error(what->on_error());
}

/// Gives `then` the stream with its sender.
template <class Builder, class Then>
auto with_sender(const Builder& stream, const shared_scenario& what, Then then) {
  switch (what->sender) {
    case 0: return then(stream.sender(std::views::iota(0, what->events)));
    case 1:
      return then(stream.sender([what](emitter<int>& out) {
        for (int i = 0; i < what->events; ++i)
          out.emit(i).await();
      }));
    default:
      return then(stream.sender(
          [what](task_context ctx, emitter<int>& out) { return send_later(ctx, out, what); }));
  }
}

/// Gives `then` the stream with a stage more.
template <class Builder, class Then>
auto with_receiver(const Builder& stream, const shared_scenario& what, Then then) {
  const auto plain = [what](const int& x) { return handle(*what, x); };
  // A coroutine that needs the event and its captures to the end.
  const auto later = [what](task_context ctx, const int& x) -> async<int> {
    switch (draw(x, 2) % 32) {
      case 0: co_await ctx.sleep_for(20us); break;
      case 1: co_await ctx.yield(); break;
      default: break;
    }
    co_return handle(*what, x);
  };
  const auto with = [&](const auto& how) {
    return what->coroutine ? then(stream.receiver(how, later)) : then(stream.receiver(how, plain));
  };
  const strategy::parallel parallel{what->receivers};
  switch (what->how) {
    case 0: return with(strategy::serial{});
    case 1: return with(parallel);
    case 2: return with(parallel.ordered());
    case 3: return with(parallel.partition_by([](const int& x) { return x % 7; }));
    case 4: return with(strategy::adaptive{{.window = 1ms}});
    default: break;
  }
  return then(stream.receiver(
      strategy::batched{20 * what->receivers, 1ms}.receivers(1 + what->receivers / 2),
      [what](batch<int>& all, collector<int>& out) {
        for (const int x : all)
          out.collect_item(handle(*what, x));
      }));
}

using stream_handle = emitting_task<collection<int, std::string>>;

stream_handle start(runtime& rt, const shared_scenario& what) {
  return with_sender(described(rt, what), what, [&](const auto& sending) {
    return with_receiver(sending, what, [&](const auto& stream) -> stream_handle {
      if (!what->two_stages)
        return stream.run();
      return stream
          .receiver(strategy::parallel{2}, [what](const int& x) { return handle(*what, x); })
          .run();
    });
  });
}

enum class fate { left_alone, drained, graceful, kill, kill_hard };

/// What another thread does with a stream while it runs.
fate meddle(const stream_handle& stream, const scenario& what, unsigned seed) {
  random_engine random{seed};
  for (auto n = random() % 6; n > 0; --n) {
    spin(std::chrono::microseconds{random() % 200});
    const std::size_t stage = what.two_stages ? random() % 2 : 0;
    switch (random() % 4) {
      case 0: stream.pause(stage); break;
      case 1: stream.resume(stage); break;
      case 2:
        if (stage != 0 || what.how != 0)
          stream.resize(static_cast<std::uint32_t>(1 + random() % 6), stage);
        break;
      default:
        if (!stream.counts().is_balanced())
          static_cast<void>(stream.status());
    }
  }
  const auto chosen = static_cast<fate>(random() % 5);
  switch (chosen) {
    case fate::left_alone: break;
    case fate::drained: stream.drain(); break;
    case fate::graceful: stream.cancel(); break;
    case fate::kill: stream.cancel(cancellation_level::kill); break;
    case fate::kill_hard: stream.cancel(cancellation_level::kill_hard); break;
  }
  spin(std::chrono::microseconds{random() % 100});
  for (std::size_t stage = 0; stage <= (what.two_stages ? 1u : 0u); ++stage)
    stream.resume(stage);
  return chosen;
}

std::string text_of(const scenario& x, fate chosen) {
  std::string text;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, std::uint64_t>>{
           {"events", static_cast<std::uint64_t>(x.events)},
           {"receivers", x.receivers},
           {"how", x.how},
           {"coroutine", x.coroutine},
           {"two_stages", x.two_stages},
           {"sender", x.sender},
           {"failing", x.failing},
           {"failing_sender", x.failing_sender},
           {"errors", x.errors},
           {"overflow", x.overflow},
           {"capacity", x.capacity},
           {"fate", static_cast<std::uint64_t>(chosen)}})
    text += std::string{text.empty() ? "" : ", "} + name + ' ' + std::to_string(value);
  return text;
}

template <class End>
void check(const End& end, const scenario& what, fate chosen) {
  const auto fail = [&](const std::string& problem) {
    ::fail(problem + " (" + text_of(what, chosen) + ", error: " + to_string(end.error) + ")");
  };
  if (end.kind != event_kind::final && end.kind != event_kind::error &&
      end.kind != event_kind::cancellation)
    fail("no terminal event: " + to_string(end.kind));
  if ((end.kind == event_kind::final) == static_cast<bool>(end.error))
    fail(to_string(end.kind) + " with the error: " + to_string(end.error));
  if (!end.counts.is_balanced())
    fail("events are lost: " + to_string(end.counts));
  for (const auto& counts : end.further_stages)
    if (!counts.is_balanced())
      fail("events of the second stage are lost: " + to_string(counts));
  if (what.handles_all() && end.kind == event_kind::error)
    fail("failed though nothing did: " + to_string(end.error));
  if (chosen != fate::left_alone || !what.handles_all())
    return;
  const auto events = static_cast<std::uint64_t>(what.events);
  if (end.counts != event_counts{.emitted = events, .processed = events} ||
      end.collected.items.size() != events)
    fail("left alone it has not handled all: " + to_string(end.counts));
}

/// Streams, a thread that meddles with each, one that waits too, and one that looks.
class stream_round {
public:
  stream_round(runtime& rt, random_engine& random) : rt_(rt), random_(random) {}

  /// @returns how the streams have ended: final, error, cancellation
  std::array<int, 3> run() {
    std::vector<std::thread> threads;
    for (auto& s : streams_) {
      s.what = std::make_shared<scenario>(random_);
      s.stream = start(rt_, s.what);
      s.stream.task().on_done([&s](const task_result<void>&) { ++s.outcomes; });
      threads.emplace_back([&s, seed = static_cast<unsigned>(random_())] {
        s.chosen = meddle(s.stream, *s.what, seed);
      });
    }
    std::thread other{[this] {
      for (auto& s : streams_)
        s.seen_by_other = s.stream.await_final_event().kind;
    }};
    std::array<int, 3> ends{};
    for (auto& s : streams_) {
      const auto end = s.stream.await_final_event();
      s.seen = end.kind;
      ++ends[end.kind == event_kind::final ? 0 : end.kind == event_kind::error ? 1 : 2];
    }
    for (auto& thread : threads)
      thread.join();
    other.join();
    for (auto& s : streams_)
      judge(s);
    return ends;
  }

private:
  struct running {
    shared_scenario what;
    stream_handle stream;
    std::atomic<int> outcomes{0};
    fate chosen{};
    event_kind seen{};
    event_kind seen_by_other{};
  };

  void judge(const running& s) {
    // The thread that has ended the task calls back after it has told us.
    while (s.outcomes == 0)
      std::this_thread::yield();
    if (s.outcomes != 1)
      fail("more than one outcome");
    // Killed hard, there is an outcome first, and a terminal event of what is still put in order
    // later.
    if (s.chosen != fate::kill_hard && s.seen != s.seen_by_other)
      fail("two waiters, two terminal events");
    check(s.stream.await_final_event(), *s.what, s.chosen);
  }

  runtime& rt_;
  random_engine& random_;
  std::array<running, 3> streams_;
};

} // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 300;
  random_engine random{argc > 2 ? static_cast<unsigned>(std::atoi(argv[2])) : 1u};
  // Warnings about bodies that are left behind are no news here.
  runtime rt{runtime_options{.workers = 3, .log = [](const log_record&) {}}};
  std::atomic<bool> stop{false};
  std::thread watcher{[&] {
    while (!stop) {
      static_cast<void>(rt.snapshot());
      std::this_thread::yield();
    }
  }};
  std::array<int, 3> ends{};
  for (int i = 0; i < rounds; ++i) {
    const auto of_round = stream_round{rt, random}.run();
    for (std::size_t k = 0; k < ends.size(); ++k)
      ends[k] += of_round[k];
  }
  rt.join();
  stop = true;
  watcher.join();
  // The worker that ended the last task gives its block back after it has told us.
  while (rt.live_tasks() != 0)
    std::this_thread::yield();
  std::printf("%d final, %d failed, %d cancelled\n", ends[0], ends[1], ends[2]);
  return ends[0] > 0 && ends[1] > 0 && ends[2] > 0 ? 0 : 1;
}
