#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/receiver.hpp>
#include <sweet/actors/emit/stage_core.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/emit/wire/event_chunk.hpp>

#include <bit>
#include <functional>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Stands for the key of a stage whose events belong to no receiver in particular.
struct no_key {};

/// A stage for events of type E.
template <class E, class F, class Key>
class stage final : public stage_core {
public:
  stage(stream_core& s, processing_rules r, bool is_last, F handler, Key key)
      : stage_core(s, std::move(r)), is_last_(is_last), handler_(std::move(handler)),
        key_(std::move(key)) {}

  std::unique_ptr<receiver_core> make_receiver() override {
    // Twice as much as it can have to do: it makes one while the other is on its way.
    constexpr std::uint32_t credit = 16;
    const collector_target target{*next, is_last_ ? nullptr : &stream.time(), credit, is_last_,
                                  rules.ordered};
    return std::make_unique<receiver<E, F>>(*this, handler_, target);
  }

  bool asks_when() const noexcept override {
    return rules.batch_size != 0 || signature_of<F>::takes_info;
  }

  bool is_partitioned() const noexcept override { return !std::is_same_v<Key, no_key>; }

  void partition(event_chunk_base& chunk, event_mask& rest,
                 std::span<event_mask> shares) const override {
    if constexpr (std::is_same_v<Key, no_key>) {
      shares[0] |= std::exchange(rest, 0);
    } else {
      auto* const events = static_cast<event_chunk<E>&>(chunk).events();
      for (; rest != 0; rest &= rest - 1) {
        const E& event = events[std::countr_zero(rest)];
        const auto key = std::invoke(key_, event);
        shares[mix(std::hash<std::remove_cvref_t<decltype(key)>>{}(key)) % shares.size()] |=
            rest & (~rest + 1);
      }
    }
  }

  bool merge(event_chunk_base& into, event_chunk_base& from) const noexcept override {
    if (into.size + from.size > chunk_capacity<E>)
      return false;
    std::uninitialized_move_n(static_cast<event_chunk<E>&>(from).events(), from.size,
                              static_cast<event_chunk<E>&>(into).events() + into.size);
    into.size += from.size;
    return true;
  }

private:
  /// Spreads hashes that have a factor in common: std::hash of a number is the number itself.
  static std::size_t mix(std::size_t hash) noexcept {
    return static_cast<std::size_t>((std::uint64_t{hash} * 0x9E3779B97F4A7C15u) >> 32);
  }

  const bool is_last_;
  const F handler_;
  const Key key_;
};

} // namespace sweet::inline v0_5::detail
