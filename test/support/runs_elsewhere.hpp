#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <chrono>
#include <future>
#include <memory>
#include <thread>
#include <utility>

namespace sweet::inline v0_5::testing {

/// Whether another thread gets through `f()` while the calling thread stands still. It does not if
/// the calling thread holds a mutex that `f` needs: then the answer takes ten seconds.
/// @param f owns what it uses; it may outlive the call
template <class F>
bool runs_elsewhere(F f) {
  auto through = std::make_shared<std::promise<void>>();
  auto seen = through->get_future();
  std::thread other{[call = std::move(f), through]() mutable {
    call();
    through->set_value();
  }};
  if (seen.wait_for(std::chrono::seconds{10}) == std::future_status::ready) {
    other.join();
    return true;
  }
  other.detach();
  return false;
}

} // namespace sweet::inline v0_5::testing
