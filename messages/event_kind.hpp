#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/enum_text.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace sweet::inline v0_5 {

/// What an event of a stream says. `final`, `cancellation` and an `error` that stops the stream are
/// terminal: a stream ends with exactly one.
enum class event_kind : std::uint8_t {
  value,        ///< a value that the sender has emitted
  error,        ///< one event has failed; the error strategy says whether the stream goes on
  final,        ///< all events are done
  cancellation, ///< the stream was cancelled
};

template <>
struct detail::enum_names<event_kind> {
  static constexpr std::string_view type = "event_kind";
  static constexpr std::array<std::string_view, 4> values{"value", "error", "final",
                                                          "cancellation"};
};

} // namespace sweet::inline v0_5
