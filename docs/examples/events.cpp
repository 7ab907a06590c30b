// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Streams of events: a sender, receivers with a strategy, and what they collect.

#include <sweet/sweet.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <numeric>
#include <ranges>
#include <string>
#include <vector>

using namespace std::chrono_literals;

struct person {
  std::string name;
  int age = 0;
};

/// Rows of people, one of which is no row.
std::string people_file() {
  const auto path = std::filesystem::temp_directory_path() / "sweet-events-example.csv";
  std::ofstream{path} << "id,name,age\n"
                         "ada,\"Lovelace, Ada\",36\n"
                         "oops\n"
                         "alan,\"Turing, Alan\",41\n";
  return path;
}

// [coroutine]
// A sender of its own: it waits whenever the receivers have enough to do.
sweet::async<void> fibonacci(sweet::emitter<int>& out) {
  for (int a = 0, b = 1; a < 1'000; a = std::exchange(b, a + b))
    co_await out.emit(a);
}
// [/coroutine]

int main() {
  sweet::runtime rt;

  // [emit]
  auto squares = sweet::emit<int>(rt, fibonacci, [](const int& x) { return x * x; });
  std::cout << squares.await_final_event().collected.items.size() << " squares\n";
  // [/emit]

  const auto file = people_file();
  // [people]
  auto people = sweet::async_task::emits<sweet::csv_row>(rt)
                    .sender(sweet::source::csv(file))
                    .on_error(sweet::error_strategy::continue_on_error())
                    .receiver(sweet::strategy::parallel{4},
                              [](const sweet::csv_row& row, sweet::collector<person>& out) {
                                out.collect(std::string{row["id"]},
                                            person{std::string{row["name"]},
                                                   std::stoi(std::string{row["age"]})});
                              })
                    .await_final_event();
  // [/people]
  std::filesystem::remove(file);
  std::cout << people.counts << '\n';
  for (const auto& [id, who] : people.collected.by_key)
    std::cout << id << ": " << who.name << ", " << who.age << '\n';
  const auto& error = people.errors.front().error.message();
  std::cout << error.substr(error.find(".csv")) << '\n';

  // [stages]
  // Stages follow one another; what a handler returns is collected. The last one adds up.
  auto letters =
      sweet::async_task::emits<std::string>(rt)
          .sequence({"so", "it", "", "goes"})
          .receiver(sweet::strategy::parallel{2}.ordered(),
                    [](const std::string& word) {
                      return word.empty() ? std::nullopt : std::optional{word + '.'};
                    })
          .receiver(sweet::strategy::serial{}, [](const std::string& word) { return word.size(); })
          .fold(std::size_t{0}, [](std::size_t& sum, std::size_t n) { sum += n; })
          .await_final_event();
  // [/stages]
  std::cout << letters.collected << " letters and dots\n";

  // [batches]
  auto batches = sweet::async_task::emits<int>(rt)
                     .sender(fibonacci)
                     .receiver(sweet::strategy::batched{5, 100ms},
                               [](sweet::batch<int>& numbers, sweet::collector<std::size_t>& out) {
                                 out.collect_item(numbers.size());
                               })
                     .into<std::vector<std::size_t>>()
                     .await_final_event();
  // [/batches]
  // How many there are depends on the time: a batch that is not full leaves after 100 ms.
  std::cout << std::accumulate(batches.collected.begin(), batches.collected.end(), std::size_t{0})
            << " numbers in batches of " << std::ranges::max(batches.collected) << " at most\n";

  // [partition]
  // Events of the same key one after the other, of different keys beside each other.
  auto longest =
      sweet::async_task::emits<std::string>(rt)
          .sequence({"ant", "bee", "albatross", "bat", "auk"})
          .receiver(sweet::strategy::parallel{2}.partition_by(
                        [](const std::string& animal) { return animal.front(); }),
                    [](const std::string& animal, sweet::collector<std::string, char>& out) {
                      out.collect(animal.front(), animal);
                    })
          .into<std::map<char, std::string>>()
          .await_final_event();
  // [/partition]
  for (const auto& [letter, last] : longest.collected)
    std::cout << "the last one with " << letter << " is " << last << '\n';

  // [next]
  // A coroutine takes item by item. Who has enough just goes.
  auto first_squares = sweet::spawn(rt, [](sweet::task_context ctx) -> sweet::async<int> {
    auto numbers = sweet::async_task::emits<int>(ctx.runtime())
                       .sender(std::views::iota(1))
                       .receiver(sweet::strategy::serial{}, [](int x) { return x * x; })
                       .stream();
    int sum = 0;
    while (const auto square = co_await numbers.next()) {
      if (*square > 100)
        break;
      sum += *square;
    }
    co_return sum;
  });
  // [/next]
  std::cout << first_squares.await().value() << '\n';
}
