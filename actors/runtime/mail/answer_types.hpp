#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/detail/implicit_conversions.hpp>
#include <caf/detail/type_list.hpp>
#include <caf/response_type.hpp>
#include <caf/typed_actor.hpp>

#include <type_traits>

namespace sweet::inline v0_5::detail {

/// The types that CAF makes of the values of a message: a text of a literal, and the like.
template <class... Args>
using types_of_message =
    caf::detail::type_list<typename caf::detail::implicit_conversions<std::decay_t<Args>>::type...>;

template <template <class...> class To, class List>
struct apply_types;
template <template <class...> class To, class... Ts>
struct apply_types<To, caf::detail::type_list<Ts...>> {
  using type = To<Ts...>;
};

template <template <class...> class To, class Handle, class Message, class... R>
struct answer_types {
  using type = To<R...>;
};
template <template <class...> class To, class... Signatures, class Message, class... R>
struct answer_types<To, caf::typed_actor<Signatures...>, Message, R...> {
  using response =
      caf::response_type_unbox<typename caf::typed_actor<Signatures...>::signatures, Message>;
  static_assert(response::valid, "this actor does not accept such a message");
  using type = typename apply_types<To, typename response::type>::type;
  static_assert(sizeof...(R) == 0 || std::is_same_v<type, To<R...>>,
                "this actor answers such a message with other types");
};

/// `To<R...>`; for a statically typed actor, `To` of the types that it answers such a message with.
template <template <class...> class To, class Handle, class Message, class... R>
using types_of_answer = typename answer_types<To, Handle, Message, R...>::type;

} // namespace sweet::inline v0_5::detail
