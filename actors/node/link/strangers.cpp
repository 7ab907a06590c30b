// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/link/strangers.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

#include <sweet/actors/task/sleep.hpp>

namespace sweet::inline v0_5::detail {

namespace {

using namespace std::chrono_literals;

// What nobody has to give way before: a hello takes some milliseconds.
constexpr auto moment = 250ms;
// How often it is looked whether somebody has had that.
constexpr auto look_every = 10ms;

} // namespace

async<strangers::place> strangers::enter(task_context ctx, std::string address) {
  auto permit = room_.try_acquire();
  while (!permit) {
    if (make_room()) {
      permit = co_await room_.acquire();
    } else {
      co_await ctx.sleep_for(look_every);
      permit = room_.try_acquire();
    }
  }
  std::lock_guard guard{mutex_};
  all_.emplace(++numbers_, stranger{std::move(address), home_.timers().now()});
  co_return place{*this, numbers_, std::move(permit)};
}

void strangers::belongs(std::uint64_t number, spawning_task<void> task) {
  std::lock_guard guard{mutex_};
  if (const auto found = all_.find(number); found != all_.end())
    found->second.task = std::move(task);
}

bool strangers::make_room() {
  std::lock_guard guard{mutex_};
  std::map<std::string_view, std::size_t> places;
  for (const auto& [number, x] : all_)
    ++places[x.address];
  const auto most = std::ranges::max_element(places, {}, [](const auto& x) { return x.second; });
  for (auto& [number, x] : all_)
    if (x.task && x.address == most->first) {
      if (home_.timers().now() - x.since < moment)
        return false;
      // Its place is free when it has ended.
      static_cast<void>(std::exchange(x.task, std::nullopt)->cancel());
      return true;
    }
  return false;
}

void strangers::leave(std::uint64_t number) {
  std::lock_guard guard{mutex_};
  all_.erase(number);
}

} // namespace sweet::inline v0_5::detail
