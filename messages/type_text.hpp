#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <string_view>

namespace sweet::inline v0_5::detail {

template <class T>
constexpr std::string_view text_with_type() noexcept {
  return __PRETTY_FUNCTION__;
}

/// Returns the name of a type as the compiler writes it, a constant: `int (*)(std::string)`, or
/// `(lambda at /src/main.cpp:12:3)`, which g++ writes as `main()::<lambda()>`.
template <class T>
constexpr std::string_view type_text() noexcept {
  // What lies around the name is the same for all types.
  constexpr std::string_view around = text_with_type<void>();
  constexpr auto before = around.find("void");
  constexpr auto behind = around.size() - before - 4;
  constexpr auto text = text_with_type<T>();
  return text.substr(before, text.size() - before - behind);
}

/// Shortens what type_text() gives for people: without folders, and the inline namespace.
std::string short_type_text(std::string_view text);

} // namespace sweet::inline v0_5::detail
