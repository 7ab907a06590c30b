#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <limits>

#include <caf/error.hpp>
#include <caf/meta/annotation.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/save_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <sweet/node/wire/codec_track.hpp>
#include <sweet/node/wire/travels.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Writes values as they travel between nodes (docs/protocol.md, "Values"): an inspector of CAF
/// that keeps every bit of a float, and that a type of the user's needs nothing but its inspect()
/// for.
///
/// It is no caf::serializer, which would hand values from one virtual function to the next, and
/// drop the error of a caf::message among them: an inspect() has to be a template.
class encoder {
public:
  using result_type = caf::error;
  static constexpr bool reads_state = true;
  static constexpr bool writes_state = false;

  /// Appends to `out`, which must outlive this.
  explicit encoder(bytes& out, codec_limits limits = {}) noexcept
      : out_(out), start_(out.size()), track_(limits) {}

  /// Tells whether something could not be written. What was appended is worth nothing then.
  bool failed() const noexcept { return track_.failed(); }

  /// Returns what went wrong first, and where.
  const std::string& failure() const noexcept { return track_.failure(); }

  /// Writes fields, one after the other: what an inspect() calls.
  template <class... Fields>
  caf::error operator()(Fields&&... fields) {
    return (field(fields) && ...) ? caf::error{} : failed_already();
  }

  /// Writes a value. @returns false after a failure
  template <class T>
  bool put(const T& x);

private:
  template <class T>
  bool field(const T& x);
  template <class T>
  bool put_numbers(const T* first, std::size_t count);
  template <class T>
  bool put_elements(const T& x);
  bool put_bits(const std::vector<bool>& x);
  bool put_size(std::size_t size);
  bool put_raw(const void* data, std::size_t size);
  std::size_t at() const noexcept { return out_.size() - start_; }

  bytes& out_;
  std::size_t start_;
  codec_track track_;
};

template <class T>
bool encoder::field(const T& x) {
  if constexpr (caf::meta::is_save_callback<T>::value) {
    if (failed())
      return false;
    const caf::error error = x.fun();
    return !error || track_.fail(error, at());
  } else if constexpr (std::is_same_v<T, caf::meta::type_name_t>) {
    track_.enter(x.value);
    return !failed();
  } else if constexpr (caf::meta::is_annotation<T>::value) {
    return !failed();
  } else {
    return put(x);
  }
}

template <class T>
bool encoder::put_numbers(const T* first, std::size_t count) {
  if constexpr (std::endian::native == std::endian::little || sizeof(T) == 1) {
    return put_raw(first, count * sizeof(T));
  } else {
    for (std::size_t i = 0; i < count; ++i)
      if (const auto raw = to_wire(first[i]); !put_raw(raw.data(), raw.size()))
        return false;
    return true;
  }
}

template <class T>
bool encoder::put_elements(const T& x) {
  const std::size_t size = std::size(x);
  const codec_track::level level{track_, at()};
  if (!level || !put_size(size))
    return false;
  const std::size_t before = at();
  for (const auto& element : x)
    if (!put(element))
      return false;
  // The reader takes no count for true that is larger than the bytes that are left.
  return at() - before >= size || track_.fail("elements of a sequence take no bytes", at());
}

template <class T>
bool encoder::put(const T& x) {
  if (failed())
    return false;
  if constexpr (!require_travels<T>()) {
    return false;
  } else if constexpr (std::is_same_v<T, bool>) {
    return put(static_cast<std::uint8_t>(x ? 1 : 0));
  } else if constexpr (raw_number<T>) {
    return put_numbers(&x, 1);
  } else if constexpr (number_sequence<T>) {
    return put_size(x.size()) && put_numbers(x.data(), x.size());
  } else if constexpr (inspectable<T, encoder>) {
    const codec_track::level level{track_, at()};
    if (!level)
      return false;
    // An inspect() takes what it writes by reference, and must not change it.
    const caf::error error = inspect(*this, const_cast<T&>(x));
    return !failed() && (!error || track_.fail(error, at()));
  } else if constexpr (named_enum<T>) {
    return is_known(x) ? put(static_cast<std::underlying_type_t<T>>(x))
                       : track_.fail("an enum has none of its values", at());
  } else if constexpr (std::is_enum_v<T>) {
    return put(static_cast<std::underlying_type_t<T>>(x));
  } else if constexpr (is_duration<T>) {
    if constexpr (std::is_floating_point_v<typename T::rep>)
      return put(static_cast<double>(x.count()));
    else
      return put(static_cast<std::int64_t>(x.count()));
  } else if constexpr (is_time_point<T>) {
    return put(x.time_since_epoch());
  } else if constexpr (is_made_from<T, std::optional>) {
    const codec_track::level level{track_, at()};
    return level && put(x.has_value()) && (!x || put(*x));
  } else if constexpr (is_made_from<T, std::variant>) {
    const codec_track::level level{track_, at()};
    if (x.valueless_by_exception())
      return track_.fail("a variant has no value", at());
    return level && put(static_cast<std::uint32_t>(x.index())) &&
           std::visit([this](const auto& held) { return this->put(held); }, x);
  } else if constexpr (is_made_from<T, std::pair>) {
    return put(x.first) && put(x.second);
  } else if constexpr (is_made_from<T, std::tuple>) {
    return std::apply([this](const auto&... parts) { return (this->put(parts) && ...); }, x);
  } else if constexpr (std::is_same_v<T, std::vector<bool>>) {
    return put_bits(x);
  } else if constexpr (is_array<T> || std::is_bounded_array_v<T>) {
    for (const auto& element : x)
      if (!put(element))
        return false;
    return true;
  } else if constexpr (fillable_container<T>) {
    return put_elements(x);
  } else if constexpr (std::is_empty_v<T>) {
    return true;
  } else {
    refuse_unknown<T>();
    return false;
  }
}

} // namespace sweet::inline v0_5::detail::wire
