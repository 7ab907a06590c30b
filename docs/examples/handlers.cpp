// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Message handlers of CAF's actors as coroutines, and services that are classes.

#include <sweet/sweet.hpp>

#include <caf/all.hpp>

#include <chrono>
#include <iostream>
#include <string>

using namespace std::chrono_literals;

// [handler]
struct till_state {
  int sold = 0;
};

caf::behavior till(caf::stateful_actor<till_state>* self, caf::actor market) {
  return {sweet::handler(
              self,
              [self, market](sweet::task_context ctx, std::string what) -> sweet::async<int> {
                const int price = co_await ctx.request<int>(market, 1s, what);
                co_await ctx.sleep_for(1ms); // printing the receipt
                self->state.sold += price;   // no lock: nothing else of the actor runs
                co_return price;
              }),
          [self](caf::get_atom) { return self->state.sold; }};
}
// [/handler]

// [reentrant]
caf::behavior library(caf::event_based_actor* self, caf::actor shelves) {
  return {sweet::handler(
      self,
      [shelves](sweet::task_context ctx, std::string title) -> sweet::async<int> {
        co_return co_await ctx.request<int>(shelves, 1s, title);
      },
      sweet::reentrant{16})};
}
// [/reentrant]

// [service]
struct account : sweet::service {
  explicit account(int money) : balance(money) {}

  sweet::async<int> withdraw(sweet::task_context ctx, int amount) {
    if (amount > balance)
      throw std::invalid_argument{"not enough money"};
    co_await ctx.sleep_for(1ms); // asking the bank: no other call runs meanwhile
    co_return balance -= amount;
  }
  void rob() {
    balance = 0;
    fail(sweet::task_error{sweet::error_code::io, "the vault is open"});
  }

  int balance;
};
// [/service]

caf::behavior market() {
  return {[](const std::string& what) { return static_cast<int>(what.size()); }};
}

int main() {
  sweet::runtime rt{sweet::runtime_options{.log = [](const sweet::log_record&) {}}};
  auto& system = rt.system();
  auto prices = system.spawn(market);
  auto shop = system.spawn(till, prices);
  auto books = system.spawn(library, prices);

  rt.spawn([=](sweet::task_context ctx) -> sweet::async<void> {
      const int paid = co_await ctx.request<int>(shop, 1s, std::string{"bread"});
      const int sold = co_await ctx.request<int>(shop, 1s, caf::get_atom_v);
      const int found = co_await ctx.request<int>(books, 1s, std::string{"Ulysses"});
      std::cout << paid << ' ' << sold << ' ' << found << '\n';
    })
      .await()
      .unwrap();

  // [call]
  const sweet::service_of<account> savings{100};
  auto tree = sweet::supervisor::one_for_one(rt).service("savings", savings).start();

  const sweet::service_ref<account> ref = savings.ref();
  rt.spawn([ref](sweet::task_context ctx) -> sweet::async<void> {
      std::cout << co_await ref.call(ctx, 1s, &account::withdraw, 30) << '\n';

      auto refused = co_await ref.call(ctx, &account::withdraw, 1000).result();
      std::cout << refused.error().message() << '\n'; // the service lives on

      co_await ref.call(ctx, &account::rob); // its supervisor makes a new account
      std::cout << co_await ref.call(ctx, &account::withdraw, 1) << '\n';
    })
      .await()
      .unwrap();
  // [/call]
  static_cast<void>(tree.stop());
  static_cast<void>(tree.await());
}
