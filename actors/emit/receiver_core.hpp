#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/wire/event_slice.hpp>
#include <sweet/actors/emit/wire/inlet.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>
#include <sweet/strategies/processing/event_grain.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace sweet::inline v0_5::detail {

/// A place in a stage where a receiver works, whatever it receives. Outlives the tasks that fill
/// it, one after the other.
class receiver_core {
public:
  receiver_core() noexcept {
    for (auto& slice : slices)
      slice.receiver = this;
  }
  receiver_core(const receiver_core&) = delete;
  receiver_core& operator=(const receiver_core&) = delete;
  virtual ~receiver_core() = default;

  /// Makes the task of a receiver, with a fresh copy of the handler. The task is not started yet.
  virtual cell& make_task() = 0;

  inlet inbox;
  event_link close{event_link::kind::closed};

  // The router's.
  std::array<event_slice, event_grain::max_depth> slices;
  std::size_t index = 0;
  cell* task = nullptr;    ///< null: no receiver is here
  std::uint32_t given = 0; ///< slices that the receiver has and has not given back
  bool closing = false;    ///< the receiver has been told to end
  bool abandoned = false;  ///< the receiver's task is left behind, and may still be here
};

} // namespace sweet::inline v0_5::detail
