#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail_memory.hpp>
#include <sweet/messages/envelope.hpp>

#include <caf/mailbox_element.hpp>
#include <caf/message.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace sweet::inline v0_5::detail {

class returnable_message;
struct mail;

/// What the library knows of a type of messages: one static object for each type, known by its
/// address.
struct mail_type {
  const std::type_info* type; ///< null: of messages from ordinary actors, whatever they hold
  /// Whether a message from an ordinary actor is of this type.
  bool (*matches)(const caf::message&) noexcept;
  void (*destroy)(mail*) noexcept;
};

/// A message on its way or in a mailbox. The derived class, which `type` tells, holds the payload.
struct mail {
  explicit mail(const mail_type& is) noexcept : type(&is) {}
  mail(const mail&) = delete;
  mail& operator=(const mail&) = delete;

  bool is_from_actor() const noexcept { return type->type == nullptr; }
  /// Whether the message is of the type that is asked for.
  bool is(const mail_type& asked) const noexcept { return type == &asked || is_equal(asked); }

  const mail_type* type;
  mail* next = nullptr; ///< in a mail_list

  // What the envelope says.
  caf::actor reply_to{};
  task_id sender{};
  std::chrono::steady_clock::time_point time{};
  std::uint64_t correlation = 0;

protected:
  ~mail() = default;

private:
  /// Shared objects have descriptions of their own: these differ in their addresses only.
  bool is_equal(const mail_type& asked) const noexcept;
};

struct destroy_mail {
  void operator()(mail* m) const noexcept { m->type->destroy(m); }
};
using mail_ptr = std::unique_ptr<mail, destroy_mail>;

template <class M>
struct typed_mail;

template <class M>
inline constexpr mail_type mail_type_of{
    &typeid(M), [](const caf::message& m) noexcept { return m.match_element<M>(0); },
    [](mail* m) noexcept { delete static_cast<typed_mail<M>*>(m); }};

template <class M>
struct typed_mail final : mail {
  template <class... Args>
  explicit typed_mail(Args&&... args)
      : mail(mail_type_of<M>), payload(std::forward<Args>(args)...) {}

  static void* operator new(std::size_t bytes) { return allocate_mail(bytes); }
  static void operator delete(void* memory, std::size_t bytes) noexcept {
    free_mail(memory, bytes);
  }
  // Those that are aligned more than usual are rare.
  static void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return ::operator new(bytes, alignment);
  }
  static void operator delete(void* memory, std::size_t bytes,
                              std::align_val_t alignment) noexcept {
    ::operator delete(memory, bytes, alignment);
  }

  M payload;
};

/// A message of one element, sent by an ordinary actor.
struct caf_mail final : mail {
  explicit caf_mail(caf::message m) noexcept;

  caf::message content;
  /// Not null: the mailbox element that held the content, whose sender takes it back.
  caf::mailbox_element_ptr origin{};
  returnable_message* returns = nullptr; ///< a part of `origin`
};

/// The type as which a message travels.
template <class M>
struct mail_value {
  static_assert(!std::is_pointer_v<M>,
                "a message must not be a pointer: its owner would be unknown");
  static_assert(std::is_nothrow_destructible_v<M>,
                "the destructor of a message must not throw: unread ones are destroyed when their "
                "receiver ends");
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
mail_ptr make_mail(M&& message) {
  return mail_ptr{new typed_mail<mail_value_t<M>>{std::forward<M>(message)}};
}

/// Takes the payload out, or copies that of a message from an ordinary actor, which others may see.
/// @pre `m.is(mail_type_of<M>)`
template <class M, class Use>
decltype(auto) with_payload(mail& m, Use&& use) {
  if constexpr (std::copy_constructible<M>)
    if (m.is_from_actor()) [[unlikely]]
      return use(static_cast<caf_mail&>(m).content.get_as<M>(0));
  return use(std::move(static_cast<typed_mail<M>&>(m).payload));
}

} // namespace sweet::inline v0_5::detail
