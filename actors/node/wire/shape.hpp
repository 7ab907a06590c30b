#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <caf/error.hpp>
#include <caf/meta/annotation.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeindex>
#include <utility>
#include <variant>
#include <vector>

#include <sweet/node/wire/travels.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Writes down how a type travels: the numbers, strings and sequences that it consists of, in
/// order. Types whose shapes are alike read each other's bytes. Names do not count.
///
/// An inspector: a struct is asked for its fields by its inspect(), which a value that was made by
/// default gives. Not thread safe.
class shape {
public:
  using result_type = caf::error;
  static constexpr bool reads_state = true;
  static constexpr bool writes_state = false;

  /// Returns what was written down.
  const std::string& text() const noexcept { return text_; }

  template <class... Fields>
  caf::error operator()(Fields&&... fields) {
    (field(fields), ...);
    return {};
  }

  /// Writes down a type.
  template <class T>
  void add();

private:
  template <class T>
  void field(const T&) {
    if constexpr (!caf::meta::is_annotation<T>::value)
      add<T>();
  }
  template <class T>
  void begin_struct();
  template <class... Parts>
  void add_parts(char open, char close) {
    text_ += open;
    (add<Parts>(), ...);
    text_ += close;
  }

  std::string text_;
  std::vector<std::type_index> open_; ///< structs that are being written down
};

template <class T>
struct parts_of;
template <template <class...> class Template, class... Parts>
struct parts_of<Template<Parts...>> {
  template <class F>
  static void visit(F f) {
    f.template operator()<Parts...>();
  }
};

template <class T>
void shape::begin_struct() {
  // A type that holds itself, as a tree does: how far up it lies.
  for (std::size_t i = open_.size(); i-- > 0;)
    if (open_[i] == typeid(T)) {
      text_ += '^' + std::to_string(open_.size() - i);
      return;
    }
  open_.emplace_back(typeid(T));
  text_ += '{';
  T x{};
  static_cast<void>(inspect(*this, x));
  text_ += '}';
  open_.pop_back();
}

template <class T>
void shape::add() {
  if constexpr (!require_travels<T>()) {
  } else if constexpr (std::is_same_v<T, bool>) {
    text_ += 'b';
  } else if constexpr (std::is_floating_point_v<T>) {
    text_ += 'f' + std::to_string(sizeof(T));
  } else if constexpr (raw_number<T>) {
    text_ += (std::is_signed_v<T> ? 'i' : 'u') + std::to_string(sizeof(T));
  } else if constexpr (number_sequence<T>) {
    text_ += '*';
    add<typename T::value_type>();
  } else if constexpr (inspectable<T, shape>) {
    begin_struct<T>();
  } else if constexpr (std::is_enum_v<T>) {
    text_ += 'e';
    add<std::underlying_type_t<T>>();
  } else if constexpr (is_duration<T>) {
    text_ += 'd' + std::to_string(T::period::num) + '/' + std::to_string(T::period::den);
    text_ += std::is_floating_point_v<typename T::rep> ? 'f' : 'i';
  } else if constexpr (is_time_point<T>) {
    text_ += 't';
    add<typename T::duration>();
  } else if constexpr (is_made_from<T, std::optional>) {
    text_ += '?';
    add<typename T::value_type>();
  } else if constexpr (is_made_from<T, std::variant>) {
    parts_of<T>::visit([this]<class... Parts> { this->template add_parts<Parts...>('<', '>'); });
  } else if constexpr (is_made_from<T, std::pair> || is_made_from<T, std::tuple>) {
    parts_of<T>::visit([this]<class... Parts> { this->template add_parts<Parts...>('(', ')'); });
  } else if constexpr (std::is_same_v<T, std::vector<bool>>) {
    text_ += "*1";
  } else if constexpr (is_array<T>) {
    text_ += '[' + std::to_string(std::tuple_size_v<T>) + ']';
    add<typename T::value_type>();
  } else if constexpr (std::is_bounded_array_v<T>) {
    text_ += '[' + std::to_string(std::extent_v<T>) + ']';
    add<std::remove_extent_t<T>>();
  } else if constexpr (fillable_container<T>) {
    text_ += '*';
    add<typename element_as_read<typename T::value_type>::type>();
  } else if constexpr (std::is_empty_v<T>) {
    text_ += '_';
  } else {
    refuse_unknown<T>();
  }
}

/// Returns a hash of a text: FNV-1a of 64 bits, as at http://www.isthe.com/chongo/tech/comp/fnv.
constexpr std::uint64_t hash_of(std::string_view text) noexcept {
  std::uint64_t hash = 14'695'981'039'346'656'037U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 1'099'511'628'211U;
  }
  return hash;
}

/// Returns what two programs have to agree on to call a function of each other: a hash of how what
/// it takes and returns travels.
template <class R, class... Args>
std::uint64_t signature_of() {
  shape x;
  x.add<std::tuple<Args...>>();
  if constexpr (!std::is_void_v<R>)
    x.add<R>();
  return hash_of(x.text());
}

} // namespace sweet::inline v0_5::detail::wire
