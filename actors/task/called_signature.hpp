#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <functional>
#include <utility>

namespace sweet::inline v0_5::detail {

/// A function or an object that can be called in one way only: no template, no overloads.
template <class F>
concept has_one_signature = requires { std::function{std::declval<F>()}; };

/// The std::function<R(Params...)> of what has one signature.
template <has_one_signature F>
using called_as = decltype(std::function{std::declval<F>()});

/// What a function, or a member function, returns, and its parameters.
template <class Function>
struct called_signature;
template <class R, class... Params>
struct called_signature<std::function<R(Params...)>> {
  template <template <class, class...> class To>
  using apply = To<R, Params...>;
};
template <class C, class R, class... Params>
struct called_signature<R (C::*)(Params...)> : called_signature<std::function<R(Params...)>> {};
template <class C, class R, class... Params>
struct called_signature<R (C::*)(Params...) const> : called_signature<R (C::*)(Params...)> {};
template <class C, class R, class... Params>
struct called_signature<R (C::*)(Params...) noexcept> : called_signature<R (C::*)(Params...)> {};
template <class C, class R, class... Params>
struct called_signature<R (C::*)(Params...) const noexcept>
    : called_signature<R (C::*)(Params...)> {};

} // namespace sweet::inline v0_5::detail
