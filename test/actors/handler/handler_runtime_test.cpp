// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "asking.hpp"

#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>
#include <sweet/testing/waits_for_ever.hpp>

#include <caf/all.hpp>

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sweet;
using namespace std::chrono_literals;
using asking::ask;
using asking::at_end;
using asking::flag;
using sweet::testing::waits_for_ever;

BOOST_AUTO_TEST_SUITE(handler_runtime_test)

BOOST_AUTO_TEST_CASE(a_one_way_message_whose_coroutine_fails_goes_to_the_log) {
  std::mutex mutex;
  std::vector<std::string> log;
  flag logged;
  runtime_options options;
  options.log = [&](const log_record& record) {
    std::lock_guard guard{mutex};
    log.push_back(record.text);
    if (log.size() == 2)
      logged.set();
  };
  runtime rt{options};
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, bool waits) -> async<int> {
      if (waits)
        co_await ctx.yield();
      throw std::runtime_error{"no luck"};
    })};
  });
  caf::anon_send(a, false);
  caf::anon_send(a, true);
  logged.wait();
  for (const auto& text : log) {
    BOOST_TEST(text.find("one-way") != std::string::npos, text);
    BOOST_TEST(text.find("no luck") != std::string::npos, text);
  }
}

BOOST_AUTO_TEST_CASE(an_actor_system_without_a_runtime_is_an_error_that_says_so) {
  caf::actor_system_config cfg;
  caf::actor_system system{cfg};
  std::atomic<bool> said{false};
  {
    caf::scoped_actor self{system};
    auto a = system.spawn([&](caf::event_based_actor* actor) -> caf::behavior {
      try {
        return {handler(actor, [](int x) -> async<int> { co_return x; })};
      } catch (const std::logic_error& e) {
        said = std::string{e.what()}.find("sweet::configure") != std::string::npos;
        throw;
      }
    });
    self->wait_for(a);
  }
  BOOST_TEST(said.load());
}

BOOST_AUTO_TEST_CASE(an_actor_that_outlives_the_runtime_answers_with_an_error) {
  caf::actor_system_config cfg;
  configure(cfg);
  caf::actor_system system{cfg};
  caf::actor a;
  {
    runtime rt{system};
    a = system.spawn([](caf::event_based_actor* self) -> caf::behavior {
      return {handler(self, [](int x) -> async<int> { co_return x; })};
    });
    BOOST_TEST(ask<int>(rt, a, 1).value() == 1);
  }
  caf::scoped_actor self{system};
  self->request(a, caf::infinite, 1)
      .receive([](int) { BOOST_ERROR("there is no runtime"); },
               [](const caf::error& e) {
                 BOOST_TEST(from_caf_error(e).code() == error_code::unreachable);
               });
  caf::anon_send_exit(a, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(the_end_of_the_runtime_stops_coroutines_of_actors) {
  caf::actor_system_config cfg;
  configure(cfg);
  caf::actor_system system{cfg};
  caf::actor a;
  std::atomic<bool> frame_is_gone{false};
  flag reached;
  caf::scoped_actor self{system};
  {
    runtime rt{system};
    a = system.spawn([&](caf::event_based_actor* actor) -> caf::behavior {
      return {handler(actor, [&](task_context ctx, int) -> async<int> {
        const at_end end{frame_is_gone};
        reached.set();
        co_await waits_for_ever(ctx);
        co_return 0;
      })};
    });
    self->send(a, 1);
    reached.wait();
  }
  BOOST_TEST(frame_is_gone.load());
  caf::anon_send_exit(a, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(a_detached_actor_has_coroutines_as_well) {
  runtime rt;
  auto a = rt.system().spawn<caf::detached>([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, int x) -> async<int> {
      co_await ctx.yield();
      auto child = ctx.spawn([](int y) { return y + 1; }, x);
      co_return co_await child;
    })};
  });
  BOOST_TEST(ask<int>(rt, a, 1).value() == 2);
  BOOST_TEST(ask<int>(rt, a, 2).value() == 3);
  caf::anon_send_exit(a, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(one_worker_is_enough) {
  runtime_options options;
  options.workers = 1;
  runtime rt{options};
  auto a = rt.system().spawn([](caf::event_based_actor* self) -> caf::behavior {
    return {handler(self, [](task_context ctx, int x) -> async<int> {
      auto child = ctx.spawn([](int y) { return y + 1; }, x);
      co_await ctx.yield();
      co_return co_await child;
    })};
  });
  for (int i = 0; i < 100; ++i)
    BOOST_TEST(ask<int>(rt, a, i).value() == i + 1);
}

BOOST_AUTO_TEST_SUITE_END()
