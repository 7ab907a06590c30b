#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/mail/send_answer.hpp>
#include <sweet/actors/task/body_value.hpp>

#include <caf/make_message.hpp>
#include <caf/message.hpp>

#include <concepts>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Whether a value can be the content of a CAF message.
template <class T>
concept sendable = std::copy_constructible<T> && std::default_initializable<T> &&
                   caf::is_serializable_or_whitelisted<T>::value;

/// Answers a CAF request with the value of a completed task: an empty message for void, an error
/// for a value that cannot travel.
template <class T>
void reply_with_value(cell& c, caf::mailbox_element& request) {
  if constexpr (std::is_void_v<T>)
    send_answer(c, request, caf::make_message());
  else if constexpr (!sendable<T>)
    refuse_answer(c, request);
  else if constexpr (is_small_value<T>)
    send_answer(c, request, caf::make_message(read_small_value<T>(c)));
  else
    send_answer(c, request, caf::make_message(std::as_const(stored_value<T>(c))));
}

} // namespace sweet::inline v0_5::detail
