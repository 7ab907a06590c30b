#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <string_view>
#include <type_traits>

namespace sweet::inline v0_5 {

template <class Signature>
class remote;

/// Names a function that tasks of other nodes can run, with its types: once, in a header that all
/// the programs share.
///
///     inline constexpr sweet::remote<thumbnail(image, int)> make_thumbnail{"make_thumbnail"};
///
/// A node that runs it has node_builder::provide(make_thumbnail, f); a program that calls it has
/// `async_task::to<thumbnail>(rt).on(node, where).run(make_thumbnail, picture, 64)`. Two programs
/// whose types differ do not run it for each other.
/// @tparam R what it returns; may be void
/// @tparam Args what it takes: values, which are copied to the other node
template <class R, class... Args>
class remote<R(Args...)> {
  static_assert(((!std::is_reference_v<Args> && !std::is_const_v<Args>) && ...) &&
                    !std::is_reference_v<R>,
                "sweet: what another node takes and returns are values: leave references out");

public:
  /// What the function returns.
  using value_type = R;

  /// @param name the same in all programs; of letters, digits, '.', '-' and '_'
  explicit constexpr remote(std::string_view name) noexcept : name_(name) {}

  /// Returns the name.
  constexpr std::string_view name() const noexcept { return name_; }

private:
  std::string_view name_;
};

} // namespace sweet::inline v0_5
