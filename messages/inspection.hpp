#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <type_traits>
#include <utility>

#include <caf/meta/annotation.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <sweet/messages/enum_text.hpp>

// CAF's interface of inspectors. The inspect() of each type of messages/ is one call of a function
// of this header, so that another version of CAF changes this header alone.
namespace sweet::inline v0_5::detail {

/// The type that an inspect() returns.
template <class Inspector>
using inspection = typename Inspector::result_type;

/// Makes the annotation by which CAF checks a field once all fields have been read. Only an enum of
/// ours needs a check.
template <class Field>
auto check_once_read(const Field& field) {
  if constexpr (named_enum<Field>)
    return caf::meta::load_callback(known_check{field});
  else
    return caf::meta::annotation{};
}

/// Lets an inspector read or write an object of `type`, field by field.
template <class Inspector, class... Fields>
inspection<Inspector> inspect_fields(Inspector& f, const char* type, Fields&... fields) {
  return f(caf::meta::type_name(type), fields..., check_once_read(fields)...);
}

/// Lets an inspector read or write an object of `type` as a value of another type.
/// @param get makes that value from the object
/// @param set makes the object from a value that was read
template <class Inspector, class Get, class Set>
inspection<Inspector> inspect_as(Inspector& f, const char* type, const Get& get, const Set& set) {
  std::remove_cvref_t<decltype(get())> value;
  if constexpr (Inspector::reads_state)
    value = get();
  return f(caf::meta::type_name(type), value, caf::meta::load_callback([&] {
             set(std::move(value));
             return f();
           }));
}

} // namespace sweet::inline v0_5::detail
