#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/system/sanitizers.hpp>
#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace kinds_of_waits {

using namespace sweet;
using namespace std::chrono_literals;

using u64 = std::uint64_t;

// How many tasks wait for each kind of thing: a million for ten kinds, where that is quick.
#if SWEET_ADDRESS_SANITIZER || SWEET_THREAD_SANITIZER
inline constexpr u64 many = 1'000;
inline constexpr u64 very_many = many; ///< for one thing, or in one group
#else
#ifdef NDEBUG
inline constexpr u64 many = 100'000;
#else
inline constexpr u64 many = 10'000;
#endif
inline constexpr u64 very_many = 400'000;
#endif
inline constexpr u64 sum_of_many = many * (many - 1) / 2;

// -- what the tasks wait for ----------------------------------------------------------------------

/// What an actor has been asked, and has not answered yet.
struct asked {
  std::vector<std::pair<caf::typed_response_promise<u64>, u64>> open;
};

/// Answers with what it was asked, but not before it is told to.
inline caf::behavior answers_later(caf::stateful_actor<asked>* self) {
  return {[self](u64 number) {
            auto promise = self->make_response_promise<u64>();
            self->state.open.emplace_back(promise, number);
            return promise;
          },
          [self](caf::ok_atom) {
            for (auto& [promise, number] : std::exchange(self->state.open, {}))
              promise.deliver(number);
          }};
}

/// All that is waited for; one for each run.
struct stage {
  explicit stage(runtime& rt)
      : server(rt.system().spawn(answers_later)),
        other_tree(rt.spawn([this](task_context) -> async<u64> {
          co_await other_ends;
          co_return 1;
        })) {
    u64 filler = 0;
    static_cast<void>(full.sender.try_send(filler));
  }
  // The actor holds the tasks that have asked it.
  ~stage() { caf::anon_send_exit(server, caf::exit_reason::kill); }
  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  completion<void> opens{}; ///< from now on the tasks get what they wait for
  completion<void> children_end{};
  caf::actor server;
  async_event other_ends{};
  spawning_task<u64> other_tree;
  std::vector<async_event> events = std::vector<async_event>(many);
  channel<u64> items{1};
  channel<u64> full{1};
  semaphore permits{0};
  semaphore never{0};
  channel<u64> first_of_three{1};
  async_mutex mutex{};
  async_mutex_guard locked = mutex.try_lock();
  watch<u64> level{0};
  broadcast<u64> news{1};
  completion<u64> outcome{};
  barrier meeting{many + 1};
  wait_group busy{1};
  async_mutex shelf{};
  async_condition filled{};
  bool is_filled = false;
};

using crowd = std::vector<child_task<u64>>;

/// A kind of wait.
struct kind {
  const char* name;
  wait_reason shown_as; ///< in a snapshot
  /// Waits, and gives `number`, which is part of what it gets where it gets something.
  async<u64> (*waits)(task_context, stage&, u64 number);
  /// Ends the waits of all.
  async<void> (*opens)(task_context, stage&, crowd&);
};

inline async<void> send_to_all(task_context, channel_sender<u64> to) {
  for (u64 i = 0; i < many; ++i)
    co_await to.send(i);
}

// The ten kinds of which there are a million together.
inline const std::vector<kind> ten_kinds{
    {"child", wait_reason::child,
     [](task_context ctx, stage& s, u64 number) -> async<u64> {
       co_return co_await ctx.spawn(
           [](task_context, stage& all, u64 given) -> async<u64> {
             (co_await all.children_end.result.get()).unwrap();
             co_return given;
           },
           std::ref(s), number);
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.children_end.set();
       co_return;
     }},
    {"task of another tree", wait_reason::task,
     [](task_context, stage& s, u64 number) -> async<u64> {
       co_return number* co_await s.other_tree;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.other_ends.set();
       co_return;
     }},
    {"message", wait_reason::message,
     [](task_context ctx, stage&, u64) -> async<u64> {
       co_return (co_await ctx.receive<u64>()).payload;
     },
     [](task_context, stage&, crowd& waiting) -> async<void> {
       for (u64 i = 0; i < many; ++i)
         waiting[i].send(i).unwrap();
       co_return;
     }},
    {"answer of an actor", wait_reason::answer,
     [](task_context ctx, stage& s, u64 number) -> async<u64> {
       co_return co_await ctx.request<u64>(s.server, 3h, number);
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       caf::anon_send(s.server, caf::ok_atom_v);
       co_return;
     }},
    {"event", wait_reason::event,
     [](task_context, stage& s, u64 number) -> async<u64> {
       co_await s.events[number];
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       for (auto& event : s.events)
         event.set();
       co_return;
     }},
    {"item of a channel", wait_reason::channel,
     [](task_context, stage& s, u64) -> async<u64> {
       co_return (co_await s.items.receiver.receive()).value();
     },
     [](task_context ctx, stage& s, crowd&) { return send_to_all(ctx, s.items.sender); }},
    {"room in a channel", wait_reason::channel,
     [](task_context, stage& s, u64 number) -> async<u64> {
       if (!co_await s.full.sender.send(number))
         throw std::runtime_error{"closed"};
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       u64 sum = 0;
       for (u64 i = 0; i < many + 1; ++i)
         sum += (co_await s.full.receiver.receive()).value();
       if (sum != sum_of_many)
         throw std::runtime_error{"what was sent is not what was received"};
     }},
    {"permit", wait_reason::semaphore,
     [](task_context, stage& s, u64 number) -> async<u64> {
       const auto permit = co_await s.permits.acquire();
       co_return number* permit.count();
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.permits.add_permits(many / 2);
       co_return;
     }},
    {"time", wait_reason::timer,
     [](task_context ctx, stage&, u64 number) -> async<u64> {
       co_await ctx.sleep_for(1h);
       co_return number;
     },
     [](task_context, stage&, crowd&) -> async<void> { co_return; }},
    {"first of an item, a permit and a time", wait_reason::select,
     [](task_context ctx, stage& s, u64) -> async<u64> {
       auto first = co_await select(s.first_of_three.receiver.receive(), s.never.acquire(),
                                    ctx.sleep_for(2h));
       co_return std::get<0>(first).value();
     },
     [](task_context ctx, stage& s, crowd&) { return send_to_all(ctx, s.first_of_three.sender); }},
};

// Further ones.
inline const std::vector<kind> further_kinds{
    {"mutex", wait_reason::mutex,
     [](task_context, stage& s, u64 number) -> async<u64> {
       const auto guard = co_await s.mutex.lock();
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.locked.unlock();
       co_return;
     }},
    {"condition", wait_reason::condition,
     [](task_context, stage& s, u64 number) -> async<u64> {
       auto guard = co_await s.shelf.lock();
       while (!s.is_filled)
         co_await s.filled.wait(guard);
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       const auto guard = co_await s.shelf.lock();
       s.is_filled = true;
       s.filled.notify_all();
     }},
    {"watch", wait_reason::watch,
     [](task_context, stage& s, u64 number) -> async<u64> {
       auto level = s.level.receiver;
       co_await level.changed();
       co_return level.get() * number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.level.sender.set(1);
       co_return;
     }},
    {"broadcast", wait_reason::broadcast,
     [](task_context, stage& s, u64 number) -> async<u64> {
       auto news = s.news.receiver;
       co_return *co_await news.receive() * number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.news.sender.send(1);
       co_return;
     }},
    {"completion", wait_reason::completion,
     [](task_context, stage& s, u64 number) -> async<u64> {
       co_return (co_await s.outcome.result.get()).value() * number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.outcome.set(u64{1});
       co_return;
     }},
    {"barrier", wait_reason::barrier,
     [](task_context, stage& s, u64 number) -> async<u64> {
       static_cast<void>(co_await s.meeting.arrive_and_wait());
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       static_cast<void>(co_await s.meeting.arrive_and_wait());
     }},
    {"wait group", wait_reason::wait_group,
     [](task_context, stage& s, u64 number) -> async<u64> {
       co_await s.busy.wait();
       co_return number;
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.busy.done();
       co_return;
     }},
    {"member of a group", wait_reason::group,
     [](task_context ctx, stage& s, u64 number) -> async<u64> {
       task_group<u64> group{ctx};
       group.spawn(
           [](task_context, stage& all, u64 given) -> async<u64> {
             (co_await all.children_end.result.get()).unwrap();
             co_return given;
           },
           std::ref(s), number);
       co_return (co_await group.next())->value();
     },
     [](task_context, stage& s, crowd&) -> async<void> {
       s.children_end.set();
       co_return;
     }},
};

} // namespace kinds_of_waits
