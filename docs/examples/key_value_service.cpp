// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A service with a statically typed interface under a supervisor, and a client that goes on when
// the service crashes between two of its requests.

#include <sweet/messages/caf_error.hpp>
#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;

// [interface]
using key_value = caf::typed_actor<caf::reacts_to<caf::put_atom, std::string, std::string>,
                                   caf::replies_to<caf::get_atom, std::string>::with<std::string>>;
// [/interface]

// [service]
struct store_state {
  std::map<std::string, std::string> values;
};

key_value::behavior_type store(key_value::stateful_pointer<store_state> self) {
  // How it is asked to stop, with the time to do so that its supervisor gives it.
  self->set_exit_handler([self](caf::exit_msg& stop) {
    std::cout << "store: closed, keys: " << self->state.values.size() << '\n';
    self->quit(std::move(stop.reason));
  });
  return {
      [self](caf::put_atom, const std::string& key, const std::string& value) {
        if (key.empty())
          throw std::invalid_argument{"a key must not be empty"}; // a bug: it ends the actor
        self->state.values[key] = value;
      },
      [self](caf::get_atom, const std::string& key) -> caf::result<std::string> {
        const auto found = self->state.values.find(key);
        if (found != self->state.values.end())
          return found->second;
        return sweet::to_caf_error(
            sweet::task_error{sweet::error_code::invalid_data, "nothing under \"" + key + "\""});
      },
  };
}
// [/service]

// [client]
// A question that may be put again: who took it may have crashed before there was an answer.
sweet::async<std::string> get(sweet::task_context ctx, key_value from, std::string key) {
  co_return co_await ctx.request(from, 1s, caf::get_atom_v, key);
}

sweet::async<void> client(sweet::task_context ctx, key_value store) {
  const auto look_up = sweet::async_task::to<std::string>(ctx).retry(
      3, sweet::backoff::fixed(10ms), [](const sweet::task_error& e) {
        return e.root_cause().code() == sweet::error_code::unreachable;
      });

  co_await ctx.request(store, 1s, caf::put_atom_v, "colour", "green");
  std::cout << "client: " << co_await look_up.run(get, store, "colour") << '\n';

  caf::anon_send(store, caf::put_atom_v, "", "crash");

  // The same handle; behind it a new actor, whose memory is empty.
  const auto lost = co_await look_up.run(get, store, "colour").result();
  std::cout << "client: " << lost.error().root_cause().message() << '\n';

  co_await ctx.request(store, 1s, caf::put_atom_v, "colour", "red");
  std::cout << "client: " << co_await look_up.run(get, store, "colour") << '\n';
}
// [/client]

// [main]
int main() {
  sweet::runtime rt;
  auto tree = sweet::supervisor::one_for_one(rt)
                  .name("storage")
                  .service("store", store, sweet::shutdown{2s}, sweet::stash_limit{100})
                  .start();

  // Errors of a child are no failure of the client: it looks at them itself.
  sweet::async_task::to<void>(rt)
      .name("client")
      .on_child_failure(sweet::child_failure::collect)
      .run(client, tree.ref<key_value>("store"))
      .await()
      .unwrap();

  tree.stop(sweet::cancellation_level::graceful, "done");
  const auto outcome = tree.await();
  std::cout << "storage: " << to_string(outcome.error().code()) << '\n';
}
// [/main]
