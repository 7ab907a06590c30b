// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/time/caf_clock.hpp>

#include <sweet/actors/runtime/system/actor_host.hpp>
#include <sweet/actors/runtime/time/timer_service.hpp>
#include <sweet/testing/virtual_clock.hpp>

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <caf/all.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

using namespace std::chrono_literals;
using sweet::detail::actor_host;
using sweet::detail::caf_clock;
using sweet::detail::timer_service;
using sweet::testing::virtual_clock;

namespace caf_clock_test {
namespace {

using strings = std::vector<std::string>;
using time_point = caf::actor_clock::time_point;

/// A scheduler that runs its actors when the test says so, in the test's thread.
class stepped_scheduler : public caf::scheduler::abstract_coordinator {
public:
  explicit stepped_scheduler(caf::actor_system& system)
      : abstract_coordinator(system), timers(time, 2), caf_time(timers) {}

  static caf::actor_system::module* make(caf::actor_system& system, caf::detail::type_list<>) {
    return new stepped_scheduler{system};
  }

  void run() {
    struct unit : actor_host {
      explicit unit(stepped_scheduler& s) : actor_host(&s.system()), home(s) {}
      void exec_later(caf::resumable* x) override { home.enqueue(x); }
      stepped_scheduler& home;
    } context{*this};
    while (!jobs.empty()) {
      auto* job = jobs.front();
      jobs.pop_front();
      if (job->resume(&context, 100) == caf::resumable::resume_later)
        jobs.push_back(job);
      else
        caf::intrusive_ptr_release(job);
    }
  }

  void advance(caf::timespan d) {
    time.advance(d);
    run();
  }

  void enqueue(caf::resumable* x) override { jobs.push_back(x); }
  void start() override { timers.start({}, {}); }
  void stop() override {
    run(); // CAF's own actors, which it tells to end
    timers.stop();
  }
  bool detaches_utility_actors() const override { return false; }
  caf::actor_clock& clock() noexcept override { return caf_time; }

  virtual_clock time;
  timer_service timers;
  caf_clock caf_time;
  std::deque<caf::resumable*> jobs;
};

struct configured : caf::actor_system_config {
  configured() { load<stepped_scheduler>(); }
};

struct world {
  ~world() {
    clock().cancel_all();
    scheduler().run();
  }

  stepped_scheduler& scheduler() { return dynamic_cast<stepped_scheduler&>(system.scheduler()); }
  caf_clock& clock() { return scheduler().caf_time; }

  // With an argument: without any, CAF 0.17.6 binds a reference to nothing, which UBSan reports.
  template <class F>
  caf::actor spawn(F f) {
    return system.spawn(
        [](caf::event_based_actor* self, const F& body) -> caf::behavior { return body(self); },
        std::move(f));
  }

  time_point in(std::chrono::milliseconds d) { return clock().now() + d; }
  void advance(caf::timespan d) { scheduler().advance(d); }

  configured config;
  caf::actor_system system{config};
  strings log;
};

/// An actor that runs nowhere: what it gets is handled by the sender.
class probe : public caf::monitorable_actor {
public:
  probe(caf::actor_config& config, std::function<void(const caf::mailbox_element&)> f)
      : monitorable_actor(config), handler_(std::move(f)) {}

  void enqueue(caf::mailbox_element_ptr x, actor_host*) override { handler_(*x); }

private:
  std::function<void(const caf::mailbox_element&)> handler_;
};

caf::actor make_probe(caf::actor_system& system,
                      std::function<void(const caf::mailbox_element&)> f) {
  caf::actor_config config;
  return caf::make_actor<probe, caf::actor>(system.next_actor_id(), system.node(), &system, config,
                                            std::move(f));
}

caf::abstract_actor* raw(const caf::actor& x) {
  return caf::actor_cast<caf::abstract_actor*>(x);
}

/// A group without members that notes what it was sent. (Those of CAF need actors that run by
/// themselves.)
class recording_group : public caf::abstract_group {
public:
  explicit recording_group(world& w)
      : abstract_group(*w.system.groups().get_module("local"), "recording", w.system.node()),
        world_(w) {}

  void enqueue(caf::strong_actor_ptr, caf::message_id, caf::message content, actor_host*) override {
    world_.log.push_back(caf::to_string(content));
  }

  caf::error save(caf::serializer&) const override { return caf::sec::state_not_serializable; }
  bool subscribe(caf::strong_actor_ptr) override { return false; }
  void unsubscribe(const caf::actor_control_block*) override {}
  void stop() override {}

private:
  world& world_;
};

/// Names what it was sent.
struct recorder {
  explicit recorder(world& w)
      : actor(make_probe(w.system, [&w](const caf::mailbox_element& x) {
          const auto& content = x.content();
          if (content.match_elements<caf::timeout_msg>())
            w.log.push_back("timeout " +
                            std::to_string(content.get_as<caf::timeout_msg>(0).timeout_id));
          else
            w.log.push_back(caf::to_string(content));
        })) {}

  caf::actor actor;
  caf::abstract_actor* self = raw(actor);
};

} // namespace
} // namespace caf_clock_test

BOOST_AUTO_TEST_SUITE(caf_clock_test)

BOOST_FIXTURE_TEST_CASE(is_the_clock_of_the_system, world) {
  const auto before = system.clock().now();
  advance(1h);
  BOOST_TEST((system.clock().now() == before + 1h));
}

BOOST_FIXTURE_TEST_CASE(delayed_messages_arrive_in_time, world) {
  auto actor = spawn([this](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, 20ms, "second");
    self->delayed_send(self, 10ms, "first");
    return {[this](const std::string& text) { log.push_back(text); }};
  });
  scheduler().run();
  advance(9ms);
  BOOST_TEST(log == strings{});
  advance(1ms);
  BOOST_TEST(log == strings{"first"});
  advance(10ms);
  BOOST_TEST((log == strings{"first", "second"}));
}

BOOST_FIXTURE_TEST_CASE(delayed_messages_to_groups_arrive_in_time, world) {
  const auto group = caf::group{caf::make_counted<recording_group>(*this)};
  auto sender = spawn([group](caf::event_based_actor* self) {
    self->delayed_send(group, 5ms, "to all");
    return caf::behavior{};
  });
  scheduler().run();
  advance(4ms);
  BOOST_TEST(log == strings{});
  advance(1ms);
  BOOST_TEST(log == strings{"(\"to all\")"});
}

BOOST_FIXTURE_TEST_CASE(requests_time_out, world) {
  caf::response_promise unanswered;
  auto silent = spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&unanswered, self](int) {
      unanswered = self->make_response_promise();
      return unanswered;
    }};
  });
  auto prompt =
      spawn([](caf::event_based_actor*) -> caf::behavior { return {[](int x) { return x + 1; }}; });
  auto client = spawn([&](caf::event_based_actor* self) {
    const auto ask = [this, self](const caf::actor& whom) {
      self->request(whom, 10ms, 1)
          .then([this](int x) { log.push_back(std::to_string(x)); },
                [this](const caf::error& e) { log.push_back(system.render(e)); });
    };
    ask(silent);
    ask(prompt);
    return caf::behavior{};
  });
  scheduler().run();
  BOOST_TEST(log == strings{"2"});
  advance(9ms);
  BOOST_TEST(log == strings{"2"});
  advance(1ms);
  BOOST_TEST((log == strings{"2", "system_error(request_timeout)"}));
  unanswered = {};
}

BOOST_FIXTURE_TEST_CASE(a_receive_timeout_starts_anew_with_each_message, world) {
  auto actor = spawn([this](caf::event_based_actor* self) -> caf::behavior {
    return {[this](int) { log.push_back("message"); }, caf::after(10ms) >>
                                                           [this, self] {
                                                             log.push_back("idle");
                                                             self->quit();
                                                           }};
  });
  scheduler().run();
  advance(9ms);
  caf::anon_send(actor, 1);
  scheduler().run();
  advance(9ms);
  BOOST_TEST(log == strings{"message"});
  advance(1ms);
  BOOST_TEST((log == strings{"message", "idle"}));
}

BOOST_FIXTURE_TEST_CASE(the_timeouts_of_an_actor_end_with_it, world) {
  const auto token = std::make_shared<int>();
  auto actor = spawn([token](caf::event_based_actor*) -> caf::behavior {
    return {[token](int) {}, caf::after(60min) >> [] {}};
  });
  scheduler().run();
  BOOST_TEST(token.use_count() > 1);
  caf::anon_send_exit(actor, caf::exit_reason::user_shutdown);
  actor = nullptr;
  scheduler().run();
  BOOST_TEST(token.use_count() == 1);
}

BOOST_FIXTURE_TEST_CASE(each_kind_can_be_cancelled_by_itself, world) {
  recorder a{*this};
  recorder b{*this};
  const auto first = caf::atom("first");
  const auto second = caf::atom("second");
  const auto ask = caf::make_message_id(1).response_id();
  const auto ask_again = caf::make_message_id(2).response_id();
  const auto set_all = [&] {
    log.clear();
    clock().set_ordinary_timeout(in(1ms), a.self, first, 1);
    clock().set_ordinary_timeout(in(2ms), a.self, second, 2);
    clock().set_multi_timeout(in(3ms), a.self, first, 3);
    clock().set_multi_timeout(in(4ms), a.self, first, 4);
    clock().set_request_timeout(in(5ms), a.self, ask);
    clock().set_request_timeout(in(6ms), a.self, ask_again);
    clock().set_ordinary_timeout(in(7ms), b.self, first, 7);
    clock().schedule_message(in(8ms), caf::actor_cast<caf::strong_actor_ptr>(a.actor),
                             caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 8));
  };
  const auto late = caf::to_string(caf::make_message(caf::sec::request_timeout));
  set_all();
  advance(10ms);
  BOOST_TEST((log == strings{"timeout 1", "timeout 2", "timeout 3", "timeout 4", late, late,
                             "timeout 7", "(8)"}));
  set_all();
  clock().cancel_ordinary_timeout(a.self, first);
  clock().cancel_request_timeout(a.self, ask_again);
  advance(10ms);
  BOOST_TEST((log == strings{"timeout 2", "timeout 3", "timeout 4", late, "timeout 7", "(8)"}));
  set_all();
  clock().cancel_timeouts(a.self);
  advance(10ms);
  BOOST_TEST((log == strings{"timeout 7", "(8)"}));
  set_all();
  clock().cancel_all();
  advance(10ms);
  BOOST_TEST(log == strings{});
  // What is not there can be cancelled as well.
  clock().cancel_ordinary_timeout(a.self, first);
  clock().cancel_request_timeout(a.self, ask);
  clock().cancel_timeouts(b.self);
}

BOOST_FIXTURE_TEST_CASE(an_ordinary_timeout_takes_the_place_of_the_last, world) {
  recorder a{*this};
  const auto type = caf::atom("receive");
  clock().set_ordinary_timeout(in(5ms), a.self, type, 1);
  clock().set_ordinary_timeout(in(9ms), a.self, type, 2);
  clock().set_ordinary_timeout(in(7ms), a.self, type, 3);
  advance(6ms);
  BOOST_TEST(log == strings{});
  advance(1ms);
  BOOST_TEST(log == strings{"timeout 3"});
  advance(1h);
  BOOST_TEST(log == strings{"timeout 3"});
}

// Between firing and sending, others may cancel: what they cancel is not sent.
BOOST_FIXTURE_TEST_CASE(what_has_fired_but_was_not_sent_can_be_cancelled, world) {
  recorder victim{*this};
  const auto first = caf::atom("first");
  auto canceller = make_probe(system, [&](const caf::mailbox_element&) {
    log.push_back("cancel");
    clock().cancel_timeouts(victim.self);
  });
  auto replacer = make_probe(system, [&](const caf::mailbox_element&) {
    log.push_back("replace");
    clock().set_ordinary_timeout(in(1ms), victim.self, first, 2);
  });
  // The same tick and shard, so that all fire together and are sent one after the other.
  const auto send_to = [&](const caf::actor& whom) {
    clock().schedule_message(in(1ms), caf::actor_cast<caf::strong_actor_ptr>(whom),
                             caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 1));
  };
  BOOST_REQUIRE(canceller.id() % 2 != replacer.id() % 2);
  const auto& same_shard = canceller.id() % 2 == victim.actor.id() % 2 ? canceller : replacer;
  send_to(same_shard);
  clock().set_ordinary_timeout(in(1ms), victim.self, first, 1);
  clock().set_multi_timeout(in(1ms), victim.self, first, 3);
  advance(1ms);
  if (same_shard == canceller) {
    BOOST_TEST(log == strings{"cancel"});
  } else {
    BOOST_TEST((log == strings{"replace", "timeout 3"}));
    advance(1ms);
    BOOST_TEST((log == strings{"replace", "timeout 3", "timeout 2"}));
  }
}

// Destroying a message can end an actor, which then cancels its timeouts.
BOOST_FIXTURE_TEST_CASE(what_is_cancelled_may_come_back_to_the_clock, world) {
  const auto token = std::make_shared<int>();
  auto doomed =
      spawn([token](caf::event_based_actor*) -> caf::behavior { return {[token](int) {}}; });
  scheduler().run();
  recorder a{*this};
  clock().schedule_message(
      in(1h), caf::actor_cast<caf::strong_actor_ptr>(a.actor),
      caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, std::move(doomed)));
  doomed = nullptr;
  scheduler().run();
  BOOST_TEST(token.use_count() > 1);
  clock().cancel_all();
  scheduler().run();
  BOOST_TEST(token.use_count() == 1);
}

BOOST_FIXTURE_TEST_CASE(threads_may_use_it_together, world) {
  constexpr unsigned threads = 4;
  constexpr int rounds = 2000;
  std::atomic<int> messages{0};
  std::atomic<int> others{0};
  std::vector<caf::actor> actors;
  for (unsigned i = 0; i < threads; ++i)
    actors.push_back(make_probe(system, [&](const caf::mailbox_element& x) {
      ++(x.content().match_elements<int>() ? messages : others);
    }));
  sweet::steady_clock time;
  timer_service timers{time, 2};
  caf_clock shared{timers};
  timers.start({}, {});
  {
    std::vector<std::jthread> pool;
    for (unsigned t = 0; t < threads; ++t) {
      pool.emplace_back([&, t] {
        for (int i = 0; i < rounds; ++i) {
          const auto& actor = actors[(t + static_cast<unsigned>(i)) % threads];
          const auto id = static_cast<std::uint64_t>(i);
          const auto due = shared.now() + std::chrono::microseconds{i % 3000 - 500};
          shared.set_ordinary_timeout(due, raw(actor), caf::atom("x"), id);
          shared.set_request_timeout(due, raw(actor), caf::make_message_id(id).response_id());
          shared.schedule_message(
              due, caf::actor_cast<caf::strong_actor_ptr>(actor),
              caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 1));
          if (i % 3 == 0)
            shared.cancel_request_timeout(raw(actor), caf::make_message_id(id).response_id());
          if (i % 7 == 0)
            shared.cancel_timeouts(raw(actor));
        }
      });
    }
  }
  // No message is lost: the last is due 2.5 ms from now at most, and each shard fires in order.
  std::atomic<int> last{0};
  for (int parity = 0; parity < 2; ++parity) {
    auto probe = make_probe(system, [&](const caf::mailbox_element&) {
      ++last;
      last.notify_one();
    });
    shared.schedule_message(shared.now() + 10ms, caf::actor_cast<caf::strong_actor_ptr>(probe),
                            caf::make_mailbox_element(nullptr, caf::make_message_id(), {}, 1));
  }
  for (int seen = last; seen != 2; seen = last)
    last.wait(seen);
  timers.stop();
  BOOST_TEST(messages == static_cast<int>(threads) * rounds);
  BOOST_TEST(others > 0);
}

BOOST_AUTO_TEST_SUITE_END()
