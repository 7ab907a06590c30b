// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A task is a CAF actor: ordinary actors monitor it, link to it, and ask it for its result. Here on
// an actor system of the user's own.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <iostream>
#include <string>

// [caf_actors]
int main() {
  caf::actor_system_config cfg;
  sweet::configure(cfg); // installs the scheduler and the message types
  caf::actor_system system{cfg};
  sweet::runtime rt{system};

  auto task = rt.spawn([] { return std::string{"forty-two"}; });
  caf::actor actor = task.actor();

  caf::scoped_actor self{system};
  self->request(actor, caf::infinite, caf::get_atom_v)
      .receive([](const std::string& value) { std::cout << "answered: " << value << '\n'; },
               [](const caf::error& error) { std::cout << caf::to_string(error) << '\n'; });

  self->monitor(actor);
  self->receive([](const caf::down_msg& down) {
    std::cout << (down.reason ? "failed" : "ended normally") << '\n';
  });
}
// [/caf_actors]
