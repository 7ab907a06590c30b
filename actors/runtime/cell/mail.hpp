#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/envelope.hpp>

#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace sweet::inline v0_5::detail {

/// The type of message that a receiver asks for.
struct mail_type {
  const std::type_info* type;
  bool (*matches)(const caf::message&) noexcept;
};

template <class M>
inline constexpr mail_type mail_type_of{
    &typeid(M), [](const caf::message& m) noexcept { return m.match_element<M>(0); }};

/// A message on its way or in a mailbox. Derived classes hold the payload.
class mail {
public:
  explicit mail(bool from_actor = false) noexcept : is_from_actor(from_actor) {}
  mail(const mail&) = delete;
  mail& operator=(const mail&) = delete;
  virtual ~mail() = default;

  virtual bool holds(const mail_type& asked) const noexcept = 0;
  /// The type of the payload; null for a caf_mail.
  virtual const std::type_info* type() const noexcept { return nullptr; }

  /// Whether this is a caf_mail.
  const bool is_from_actor;
  /// The envelope without the payload.
  envelope<std::nullptr_t> cover{};
};

template <class M>
class typed_mail final : public mail {
public:
  template <class... Args>
  explicit typed_mail(Args&&... args) : payload(std::forward<Args>(args)...) {}

  bool holds(const mail_type& asked) const noexcept override { return *asked.type == typeid(M); }
  const std::type_info* type() const noexcept override { return &typeid(M); }

  M payload;
};

/// A message of one element, sent by an ordinary actor.
class caf_mail final : public mail {
public:
  explicit caf_mail(caf::message m) noexcept : mail(true), content(std::move(m)) {}

  /// The mailbox element that held the content, if its sender takes it back; see
  /// returnable_message.
  caf::mailbox_element_ptr origin{};

  bool holds(const mail_type& asked) const noexcept override { return asked.matches(content); }

  caf::message content;
};

/// The type as which a message travels.
template <class M>
struct mail_value {
  static_assert(!std::is_pointer_v<M>,
                "a message must not be a pointer: its owner would be unknown");
  using type = M;
};
template <>
struct mail_value<const char*> {
  using type = std::string;
};
template <>
struct mail_value<char*> {
  using type = std::string;
};
template <class M>
using mail_value_t = typename mail_value<std::decay_t<M>>::type;

template <class M>
std::unique_ptr<mail> make_mail(M&& message) {
  return std::make_unique<typed_mail<mail_value_t<M>>>(std::forward<M>(message));
}

/// Makes an envelope of a message, with the payload. @pre `m.holds(mail_type_of<M>)`
template <class M>
envelope<M> open_mail(mail& m) {
  auto& cover = m.cover;
  const auto with = [&](M payload) {
    return envelope<M>{std::move(payload), cover.sender, cover.time, cover.correlation,
                       std::move(cover.reply_to)};
  };
  if constexpr (std::copy_constructible<M>)
    if (m.is_from_actor)
      return with(static_cast<caf_mail&>(m).content.get_as<M>(0));
  return with(std::move(static_cast<typed_mail<M>&>(m).payload));
}

} // namespace sweet::inline v0_5::detail
