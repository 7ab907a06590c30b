#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/sync/arm_of.hpp>
#include <sweet/actors/sync/operation.hpp>
#include <sweet/actors/sync/select_core.hpp>

#include <array>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace sweet::inline v0_5 {

namespace detail {

template <class... Xs>
class select_arm final : public select_core {
  template <class X>
  using part_of = std::conditional_t<std::is_void_v<typename arm_of<X>::value_type>, std::monostate,
                                     typename arm_of<X>::value_type>;

public:
  using value_type = std::variant<part_of<Xs>...>;

  explicit select_arm(Xs&... xs)
      : select_core(all_), arms_(xs...),
        all_(std::apply(
            [](auto&... arm) { return std::array<wait_arm*, sizeof...(Xs)>{&arm.get()...}; },
            arms_)) {}

  value_type take() {
    leave_others();
    return take_part(std::index_sequence_for<Xs...>{});
  }
  value_type nothing() {
    auto& first = std::get<0>(arms_).get();
    if constexpr (std::is_void_v<decltype(first.take())>)
      return value_type{std::in_place_index<0>};
    else
      return value_type{std::in_place_index<0>, first.nothing()};
  }

private:
  template <std::size_t... I>
  value_type take_part(std::index_sequence<I...>) {
    using taker = value_type (*)(select_arm&);
    static constexpr std::array<taker, sizeof...(I)> takers{&select_arm::take_arm<I>...};
    return takers[winner()](*this);
  }

  template <std::size_t I>
  static value_type take_arm(select_arm& self) {
    auto& arm = std::get<I>(self.arms_).get();
    if constexpr (std::is_void_v<decltype(arm.take())>) {
      arm.take();
      return value_type{std::in_place_index<I>};
    } else {
      return value_type{std::in_place_index<I>, arm.take()};
    }
  }

  std::tuple<arm_of<Xs>...> arms_;
  std::array<wait_arm*, sizeof...(Xs)> all_;
};

// The arms of the inner one would end a wait of which the outer one knows nothing.
template <class... Xs>
struct arm_of<operation<select_arm<Xs...>>> {
  static_assert(sizeof...(Xs) == 0, "a select() is no arm of another one: give that one all arms");
};

} // namespace detail

/// Waits for the first of several things, and withdraws from the others, which lose nothing:
/// operations of channels and the like, sleeps, events, and tasks, of which it gives the outcome.
///
///     auto what = co_await sweet::select(rx.receive(), ctx.sleep_for(1s), child);
///     if (what.index() == 0)
///       use(std::get<0>(what));
///
/// If several are there already, the first one as written wins. A callable waits by
/// `select(...).await()`. Cancelling the awaiting task stops its body at this wait. A child whose
/// outcome was given is taken, see child_task::result().
/// @returns an operation that gives a std::variant with an alternative per argument, std::monostate
/// for one that gives nothing. In a destructor of a body that stops, where await() must not wait,
/// the first alternative with nothing in it
template <class... Xs>
  requires(sizeof...(Xs) != 0)
auto select(Xs&&... xs) {
  return operation<detail::select_arm<std::remove_reference_t<Xs>...>>{std::in_place, xs...};
}

} // namespace sweet::inline v0_5
