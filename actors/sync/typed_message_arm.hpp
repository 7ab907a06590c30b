#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail.hpp>
#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/threads/blocking_join.hpp>
#include <sweet/messages/envelope.hpp>
#include <sweet/messages/task_failure.hpp>
#include <sweet/messages/task_result.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>
#include <variant>

namespace sweet::inline v0_5::detail {

/// What a receiver of these types gives: the message, or a variant of them.
template <class... Ms>
struct payload_of {
  using type = std::variant<Ms...>;
};
template <class M>
struct payload_of<M> {
  using type = M;
};

template <class... Ms>
inline constexpr bool are_different = true;
template <class M, class... More>
inline constexpr bool are_different<M, More...> =
    (!std::same_as<M, More> && ...) && are_different<More...>;

/// A wait for messages of the types Ms.
/// @tparam Core message_arm or timed_message_arm
template <class Core, class... Ms>
class typed_message_arm final : public Core {
  static_assert(((std::is_object_v<Ms> && std::same_as<Ms, std::remove_cv_t<Ms>>) && ...),
                "a message is received by its plain type");
  static_assert(are_different<Ms...>, "receive<A, B>() names each type of message once");

public:
  using payload = typename payload_of<Ms...>::type;
  using value_type = task_result<envelope<payload>>;

  template <class... Args>
  explicit typed_message_arm(cell& self, Args... args) : Core(self, asked, args...) {}

  /// @pre the wait is over
  value_type take() {
    const auto m = this->take_mail();
    if constexpr (requires { this->timeout_error(); })
      if (m == nullptr)
        return this->timeout_error();
    return open(*m);
  }
  /// @pre the wait is over @throws task_failure if there is no message
  envelope<payload> take_or_throw() {
    const auto m = this->take_mail();
    if constexpr (requires { this->timeout_error(); })
      if (m == nullptr)
        throw task_failure{this->timeout_error()};
    return open(*m);
  }
  value_type nothing() { return error_of(join_outcome::unwound); }

private:
  static constexpr std::array<const mail_type*, sizeof...(Ms)> asked{&mail_type_of<Ms>...};

  template <std::size_t I>
  static envelope<payload> open_as(mail& m) {
    using message = std::variant_alternative_t<I, std::variant<Ms...>>;
    return with_payload<message>(m, [&m]<class C>(C&& content) {
      if constexpr (sizeof...(Ms) == 1)
        return envelope<payload>{std::forward<C>(content), m.sender, m.time, m.correlation,
                                 std::move(m.reply_to)};
      else
        return envelope<payload>{payload{std::in_place_index<I>, std::forward<C>(content)},
                                 m.sender, m.time, m.correlation, std::move(m.reply_to)};
    });
  }

  template <std::size_t... I>
  static envelope<payload> open_one_of(mail& m, std::index_sequence<I...>) {
    using opener = envelope<payload> (*)(mail&);
    static constexpr std::array<opener, sizeof...(I)> openers{&typed_message_arm::open_as<I>...};
    return openers[index_of(m, asked)](m);
  }

  static envelope<payload> open(mail& m) {
    if constexpr (sizeof...(Ms) == 1)
      return open_as<0>(m);
    else
      return open_one_of(m, std::index_sequence_for<Ms...>{});
  }
};

} // namespace sweet::inline v0_5::detail
