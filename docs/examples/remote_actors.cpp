// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Two nodes in one program, each in a runtime of its own: a supervised service of one of them is
// used by a task of the other. On two machines each of them is a program of its own.

#include <sweet/node/node_builder.hpp>
#include <sweet/sweet.hpp>

#include <caf/all.hpp>
#include <caf/io/middleman.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <string>

using namespace std::chrono_literals;

// [interface]
// In a header that both programs share.
using key_value = caf::typed_actor<caf::reacts_to<caf::put_atom, std::string, std::string>,
                                   caf::replies_to<caf::get_atom, std::string>::with<std::string>>;
// [/interface]

key_value::behavior_type
store(key_value::stateful_pointer<std::map<std::string, std::string>> self) {
  return {
      [self](caf::put_atom, const std::string& key, const std::string& value) {
        self->state[key] = value;
      },
      [self](caf::get_atom, const std::string& key) { return self->state[key]; },
  };
}

const std::string secret = "to be read from a file";

// [runtime]
sweet::runtime_options options() {
  sweet::runtime_options x;
  x.configure = [](caf::actor_system_config& config) { config.load<caf::io::middleman>(); };
  return x;
}
// [/runtime]

// [client]
sweet::async<void> client(sweet::task_context ctx, const sweet::node& here) {
  const auto store = co_await here.actor<key_value>("store");

  co_await ctx.request(store, 1s, caf::put_atom_v, "colour", "green");
  const auto colour = co_await ctx.request(store, 1s, caf::get_atom_v, "colour");
  std::cout << "colour: " << colour << '\n';
}
// [/client]

// [watch]
// Ends with the store: also if its node is lost.
caf::behavior watcher(caf::event_based_actor* self, const key_value& store) {
  self->monitor(store);
  self->set_down_handler([self](const caf::down_msg&) {
    std::cout << "the store is down\n";
    self->quit();
  });
  return {[](caf::ok_atom) {}};
}
// [/watch]

int main() {
  sweet::runtime there{options()};
  sweet::runtime here{options()};

  // [publish]
  auto tree = sweet::supervisor::one_for_one(there).service("store", store).start();
  auto east = sweet::node_builder(there).name("east").listen("127.0.0.1:0").secret(secret).start();
  east.publish("store", tree.ref<key_value>("store")).unwrap();
  // [/publish]

  const auto west =
      sweet::node_builder(here).name("west").secret(secret).join({east.address()}).start();
  sweet::async_task::to<void>(here).run(client, std::cref(west)).await().unwrap();

  const auto store = west.actor<key_value>("store").await().unwrap();
  const auto watches = here.system().spawn(watcher, store);
  east.stop();
  here.system().await_all_actors_done();
  tree.stop(sweet::cancellation_level::graceful, "done");
  static_cast<void>(tree.await());
}
