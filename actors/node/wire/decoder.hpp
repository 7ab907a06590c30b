#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include <caf/error.hpp>
#include <caf/meta/annotation.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/save_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <sweet/node/wire/codec_track.hpp>
#include <sweet/node/wire/travels.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Reads values that an encoder has written, or that somebody claims it has: no count is believed
/// before it is held against the bytes that are left, and no memory is taken for more than those
/// can fill. After the first failure nothing is read any more.
class decoder {
public:
  using result_type = caf::error;
  static constexpr bool reads_state = false;
  static constexpr bool writes_state = true;

  /// Reads from `in`, which must outlive this.
  explicit decoder(byte_view in, codec_limits limits = {}) noexcept : in_(in), track_(limits) {}

  /// Tells whether something was not as it has to be.
  bool failed() const noexcept { return track_.failed(); }

  /// Returns what went wrong first, and where.
  const std::string& failure() const noexcept { return track_.failure(); }

  /// Returns how many bytes have not been read.
  std::size_t left() const noexcept { return in_.size() - at_; }

  /// Holds that all bytes have been read. @returns false after a failure
  bool end();

  /// Reads fields, one after the other: what an inspect() calls.
  template <class... Fields>
  caf::error operator()(Fields&&... fields) {
    return (field(fields) && ...) ? caf::error{} : failed_already();
  }

  /// Reads a value. @returns false after a failure
  template <class T>
  bool get(T& x);

private:
  template <class T>
  bool field(T& x);
  template <class T>
  bool get_as(T& x);
  template <class T>
  bool get_numbers(T* first, std::size_t count);
  template <class T>
  bool get_elements(T& x);
  template <class T>
  bool get_duration(T& x);
  template <class... Ts>
  bool get_variant(std::variant<Ts...>& x);
  bool get_flag(bool& x);
  bool get_bits(std::vector<bool>& x);
  bool get_size(std::size_t& size, std::size_t bytes_each);
  bool get_raw(void* data, std::size_t size);

  byte_view in_;
  std::size_t at_ = 0;
  codec_track track_;
};

template <class T>
bool decoder::field(T& x) {
  if constexpr (caf::meta::is_load_callback<std::remove_const_t<T>>::value) {
    if (failed())
      return false;
    const caf::error error = x.fun();
    return !error || track_.fail(error, at_);
  } else if constexpr (std::is_same_v<std::remove_const_t<T>, caf::meta::type_name_t>) {
    track_.enter(x.value);
    return !failed();
  } else if constexpr (caf::meta::is_annotation<T>::value) {
    return !failed();
  } else {
    return get(x);
  }
}

template <class T>
bool decoder::get_as(T& x) {
  std::underlying_type_t<T> number{};
  if (!get(number))
    return false;
  x = static_cast<T>(number);
  return true;
}

template <class T>
bool decoder::get_numbers(T* first, std::size_t count) {
  if (!get_raw(first, count * sizeof(T)))
    return false;
  if constexpr (std::endian::native == std::endian::big && sizeof(T) > 1)
    for (std::size_t i = 0; i < count; ++i)
      first[i] = from_wire<T>(std::bit_cast<std::array<std::byte, sizeof(T)>>(first[i]));
  return true;
}

template <class T>
bool decoder::get_elements(T& x) {
  using element = typename element_as_read<typename T::value_type>::type;
  static_assert(std::is_default_constructible_v<element>,
                "sweet: elements that come from another node have to be default constructible");
  const codec_track::level level{track_, at_};
  std::size_t size = 0;
  if (!level || !get_size(size, 1))
    return false;
  x.clear();
  if constexpr (requires { x.reserve(size); })
    x.reserve(std::min(size, left() / sizeof(element) + 1));
  for (std::size_t i = 0; i < size; ++i) {
    element one{};
    if (!get(one))
      return false;
    x.insert(x.end(), std::move(one));
  }
  return std::size(x) == size || track_.fail("a set or map has the same key twice", at_);
}

template <class T>
bool decoder::get_duration(T& x) {
  using rep = typename T::rep;
  if constexpr (std::is_floating_point_v<rep>) {
    double count = 0;
    if (!get(count))
      return false;
    x = T{static_cast<rep>(count)};
  } else {
    std::int64_t count = 0;
    if (!get(count))
      return false;
    if (!std::in_range<rep>(count))
      return track_.fail("a duration does not fit into its type", at_);
    x = T{static_cast<rep>(count)};
  }
  return true;
}

template <class... Ts>
bool decoder::get_variant(std::variant<Ts...>& x) {
  const codec_track::level level{track_, at_};
  std::uint32_t index = 0;
  if (!level || !get(index))
    return false;
  if (index >= sizeof...(Ts))
    return track_.fail("a variant has no alternative " + std::to_string(index), at_);
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return ((I == index && get(x.template emplace<I>())) || ...);
  }(std::index_sequence_for<Ts...>{});
}

template <class T>
bool decoder::get(T& x) {
  if (failed())
    return false;
  if constexpr (!require_travels<T>()) {
    return false;
  } else if constexpr (std::is_same_v<T, bool>) {
    return get_flag(x);
  } else if constexpr (raw_number<T>) {
    return get_numbers(&x, 1);
  } else if constexpr (number_sequence<T>) {
    std::size_t size = 0;
    if (!get_size(size, sizeof(typename T::value_type)))
      return false;
    x.resize(size);
    return get_numbers(x.data(), size);
  } else if constexpr (inspectable<T, decoder>) {
    const codec_track::level level{track_, at_};
    if (!level)
      return false;
    const caf::error error = inspect(*this, x);
    return !failed() && (!error || track_.fail(error, at_));
  } else if constexpr (named_enum<T>) {
    return get_as(x) && (is_known(x) || track_.fail("an enum has none of its values", at_));
  } else if constexpr (std::is_enum_v<T>) {
    return get_as(x);
  } else if constexpr (is_duration<T>) {
    return get_duration(x);
  } else if constexpr (is_time_point<T>) {
    typename T::duration since{};
    if (!get(since))
      return false;
    x = T{since};
    return true;
  } else if constexpr (is_made_from<T, std::optional>) {
    const codec_track::level level{track_, at_};
    bool held = false;
    if (!level || !get(held))
      return false;
    if (!held) {
      x.reset();
      return true;
    }
    return get(x.emplace());
  } else if constexpr (is_made_from<T, std::variant>) {
    return get_variant(x);
  } else if constexpr (is_made_from<T, std::pair>) {
    return get(x.first) && get(x.second);
  } else if constexpr (is_made_from<T, std::tuple>) {
    return std::apply([this](auto&... parts) { return (this->get(parts) && ...); }, x);
  } else if constexpr (std::is_same_v<T, std::vector<bool>>) {
    return get_bits(x);
  } else if constexpr (is_array<T> || std::is_bounded_array_v<T>) {
    for (auto& element : x)
      if (!get(element))
        return false;
    return true;
  } else if constexpr (fillable_container<T>) {
    return get_elements(x);
  } else if constexpr (std::is_empty_v<T>) {
    return true;
  } else {
    refuse_unknown<T>();
    return false;
  }
}

} // namespace sweet::inline v0_5::detail::wire
