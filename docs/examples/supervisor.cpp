// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A supervised stack: a database and what is worth nothing without it, a crash that is healed, a
// supervisor below the supervisor, children that come and go.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

using namespace std::chrono_literals;

// [services]
struct order_book {
  std::vector<std::string> orders;
};

// An ordinary actor of CAF. It keeps the orders in memory; what it throws ends it.
caf::behavior database(caf::stateful_actor<order_book>* self) {
  return {
      [self](caf::put_atom, const std::string& order) {
        if (order.empty())
          throw std::invalid_argument{"an order for nothing"};
        self->state.orders.push_back(order);
      },
      [self](caf::get_atom) { return static_cast<int>(self->state.orders.size()); },
  };
}

struct visitors {
  int count = 0;
};

caf::behavior website(caf::stateful_actor<visitors>* self) {
  return {[self](caf::get_atom) { return ++self->state.count; }};
}

caf::behavior mailer(caf::event_based_actor*) {
  return {[](const std::string& letter) { return "mailed: " + letter; }};
}

// A task as a service: has started once it says so, and runs until it is stopped.
sweet::async<void> sweeper(sweet::task_context ctx) {
  ctx.on_cancel([] { std::cout << "sweeper: swept for the last time\n"; });
  sweet::report_ready(ctx);
  for (;;)
    co_await ctx.sleep_for(1h); // and then sweep
}
// [/services]

// [client]
sweet::async<void> show(sweet::task_context ctx, sweet::supervisor_tree tree) {
  const auto orders = co_await ctx.request<int>(tree.ref("db"), 1s, caf::get_atom_v);
  const auto visitors = co_await ctx.request<int>(tree.ref("web"), 1s, caf::get_atom_v);
  std::cout << "orders: " << orders << ", visitors: " << visitors << '\n';
}

sweet::async<void> client(sweet::task_context ctx, sweet::supervisor_tree tree,
                          sweet::async_event& crashed) {
  const auto db = tree.ref("db"); // stays valid, however often the database is restarted
  co_await ctx.request(db, 1s, caf::put_atom_v, "tea");
  co_await ctx.spawn(show, tree);

  caf::anon_send(db, caf::put_atom_v, ""); // too much for it
  co_await crashed;
  // Both are new. A request that comes too early waits until there is somebody to answer it.
  co_await ctx.spawn(show, tree);

  // Below the supervisor below the supervisor.
  const auto letter = std::string{"we are back"};
  std::cout << co_await ctx.request<std::string>(tree.ref("jobs/mailer"), 1s, letter) << '\n';
}
// [/client]

// [children]
std::string to_text(sweet::child_state state) {
  return state == sweet::child_state::running ? "runs" : "does not run";
}

sweet::async<void> look(sweet::supervisor_tree tree) {
  for (const auto& child : co_await tree.which_children())
    std::cout << child.name << ' ' << to_text(child.state) << ", restarts: " << child.restarts
              << '\n';
}
// [/children]

// [commands]
// One more child, behind the others: it has the database answer what it is asked. A command is done
// once nothing else is under way, here the restart.
sweet::async<void> ask_clerk(sweet::task_context ctx, sweet::supervisor_tree tree) {
  const auto clerk = [db = tree.ref("db")](caf::event_based_actor* self) -> caf::behavior {
    return {[=](caf::get_atom what) { return self->delegate(db, what); }};
  };
  co_await tree.start_child("clerk", clerk, sweet::restart_type::transient);
  const auto orders = co_await ctx.request<int>(tree.ref("clerk"), 1s, caf::get_atom_v);
  std::cout << "clerk: " << orders << " orders\n";
  co_await tree.stop_child("clerk");
  co_await tree.delete_child("clerk");
}
// [/commands]

int main() {
  sweet::async_event crashed;
  sweet::runtime rt;

  // [tree]
  const auto on_crash = [&](const sweet::task_error& error) {
    std::cout << "db: " << error.message() << '\n';
    crashed.set();
    return sweet::directive::restart;
  };
  const auto jobs = sweet::supervisor::one_for_one()
                        .backoff(sweet::backoff::exponential(100ms))
                        .service("mailer", mailer)
                        .service("sweeper", sweeper, sweet::says_ready{});

  auto tree = sweet::supervisor::rest_for_one(rt)
                  .name("shop")
                  .intensity(3, 5s)
                  .service("db", database, sweet::on_error{on_crash})
                  .service("web", website, sweet::shutdown{10s})
                  .supervisor("jobs", jobs)
                  .start();
  tree.started().await().unwrap(); // throws if a child does not start
  // [/tree]

  rt.spawn(client, tree, std::ref(crashed)).await().unwrap();
  rt.spawn(ask_clerk, tree).await().unwrap();
  rt.spawn(look, tree).await().unwrap();

  // [stop]
  tree.stop(); // sweeper, mailer, web, db
  const auto outcome = tree.await();
  std::cout << "supervisor: " << to_string(outcome.error().code()) << '\n';
  // [/stop]
}
