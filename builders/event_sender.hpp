#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/emitter.hpp>
#include <sweet/actors/emit/event_source.hpp>
#include <sweet/actors/task/async.hpp>
#include <sweet/actors/task/callable_body.hpp>
#include <sweet/messages/fails_with.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>
#include <sweet/strategies/processing/processing_rules.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Returns the next value of a reader. A task_failure that ends the source is the sender's own
/// error, not that of a task which the sender has waited for.
template <class Reader>
auto read_next(Reader& reader) {
  try {
    return reader.next();
  } catch (const task_failure& e) {
    throw fails_with{e.error()};
  }
}

template <class E, event_source Source>
async<void> emit_from(Source source, emitter<E>& out) {
  auto reader = source.open();
  while (auto next = read_next(reader)) {
    if (next->is_ok())
      co_await out.emit(std::move(*next).value());
    else
      co_await out.emit_error(next->error());
  }
}

template <class E, event_source Source>
void emit_blocking(const Source& source, emitter<E>& out) {
  auto reader = source.open();
  while (auto next = read_next(reader)) {
    if (next->is_ok())
      out.emit(std::move(*next).value()).put_blocking();
    else
      out.emit_error(next->error()).await();
    // No event shall wait for a later one that may take long to come.
    if constexpr (requires { reader.is_ready(); })
      if (reader.is_ready())
        continue;
    out.flush();
  }
}

/// Whether a body takes the number of its sender.
template <class E, class F>
inline constexpr bool takes_index =
    std::is_invocable_v<F&, task_context, std::reference_wrapper<emitter<E>>, std::size_t> ||
    std::is_invocable_v<F&, std::reference_wrapper<emitter<E>>, std::size_t>;

/// Returns a function that makes the body of a sender: from a source, a range of values, or a body
/// of the user's own.
template <class E, class Sender>
std::function<cell&(emitter<E>&, std::size_t)> sender_body(Sender from) {
  if constexpr (event_source<Sender>) {
    static_assert(
        std::convertible_to<typename Sender::value_type, E>,
        "what the source gives does not convert implicitly to the events that emits<E>() has "
        "announced");
    return [from = std::move(from)](emitter<E>& out, std::size_t) -> cell& {
      if constexpr (is_in_memory<Sender>())
        return emit_from<E, Sender>(from, out).release();
      cell& body = make_callable(&emit_blocking<E, Sender>, from, std::ref(out));
      set_blocking(body);
      return body;
    };
  } else if constexpr (std::ranges::input_range<Sender>) {
    static_assert(
        std::convertible_to<std::ranges::range_reference_t<Sender>, E>,
        "the values of the range do not convert implicitly to the events that emits<E>() has "
        "announced");
    return [from = std::move(from)](emitter<E>& out, std::size_t) -> cell& {
      return out.emit_all(from).release();
    };
  } else {
    return [from = std::move(from)](emitter<E>& out, [[maybe_unused]] std::size_t index) -> cell& {
      const auto make = [&](auto... number) -> cell& {
        // A callable never suspends, so there is no moment at which to hand over what it has
        // emitted.
        if constexpr (!is_async<body_result<const Sender&, std::reference_wrapper<emitter<E>>,
                                            decltype(number)...>>)
          out.hand_over_each();
        return make_body(from, std::ref(out), number...);
      };
      if constexpr (takes_index<E, Sender>)
        return make(index);
      else
        return make();
    };
  }
}

/// Checks that a stream is complete.
/// @throws std::invalid_argument if there is no sender, or no stage
void check_stream(bool has_sender, bool has_receiver);
/// Checks a stage.
/// @throws std::invalid_argument if the handler does not fit the strategy, or the settings of the
/// strategy do not fit together
void check_stage(const processing_rules& rules, bool takes_batch, bool has_key);
/// Checks a stream that an event_stream takes items from.
/// @throws std::invalid_argument if there is no router that could drop the oldest events
void check_pulled(event_overflow overflow, bool has_receiver);
/// Checks the strategy of senders.
/// @throws std::invalid_argument if the strategy has a setting for receivers only
void check_senders(const processing_rules& rules);
/// Returns `described`, or the number of workers if that is 0.
std::uint32_t workers_unless(std::uint32_t described, const task_home& home) noexcept;
/// Returns how many receivers a stage may have, unless resize() changes that.
std::uint32_t most_receivers(const processing_rules& rules, const task_home& home) noexcept;

} // namespace sweet::inline v0_5::detail
