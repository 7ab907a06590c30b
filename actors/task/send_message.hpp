#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mailbox.hpp>
#include <sweet/actors/runtime/mail/send_mail.hpp>
#include <sweet/actors/task/reply.hpp>
#include <sweet/actors/task/task_context.hpp>
#include <sweet/messages/envelope.hpp>
#include <sweet/messages/task_result.hpp>

#include <caf/make_message.hpp>
#include <caf/message.hpp>

#include <cstdint>
#include <utility>

// Defines how a task_context sends messages; <sweet/actors/sync/message_receiver.hpp> defines how
// it receives them.

namespace sweet::inline v0_5 {

template <class Handle, class M>
task_result<std::uint64_t> task_context::send(const Handle& to, M&& message) const {
  return to.send(std::forward<M>(message));
}

template <class M>
task_result<std::uint64_t> task_context::send_to_parent(M&& message) const {
  return detail::send_mail_up(*cell_, detail::make_mail(std::forward<M>(message)));
}

template <class N, class M>
task_result<std::uint64_t> task_context::reply(const envelope<N>& to, M&& message) const {
  using content = detail::mail_value_t<M>;
  detail::as_caf_message convert = nullptr;
  if constexpr (detail::sendable<content>)
    convert = [](detail::mail& m) {
      return caf::make_message(std::move(static_cast<detail::typed_mail<content>&>(m).payload));
    };
  return detail::send_reply(*cell_, to.reply_to, to.correlation,
                            detail::make_mail(std::forward<M>(message)), convert);
}

} // namespace sweet::inline v0_5
