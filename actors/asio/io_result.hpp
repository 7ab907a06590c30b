#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_wait.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <optional>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>

namespace sweet::inline v0_5::detail {

/// Whether a value that a handler gets first says that the operation was cancelled.
inline bool says_cancelled(const boost::system::error_code& e) noexcept {
  return e == boost::system::errc::operation_canceled;
}
inline bool says_cancelled(const std::error_code& e) noexcept {
  return e == std::errc::operation_canceled;
}
bool says_cancelled(const std::exception_ptr& e) noexcept;
/// What as_tuple() makes of the values.
template <class First, class... Rest>
bool says_cancelled(const std::tuple<First, Rest...>& values) noexcept {
  return says_cancelled(std::get<0>(values));
}
template <class T>
bool says_cancelled(const T&) noexcept {
  return false;
}

/// Throws what a value that a handler gets first stands for, if it stands for an error.
inline void throw_if_error(const boost::system::error_code& e) {
  if (e)
    throw boost::system::system_error{e};
}
inline void throw_if_error(const std::error_code& e) {
  if (e)
    throw std::system_error{e};
}
inline void throw_if_error(const std::exception_ptr& e) {
  if (e)
    std::rethrow_exception(e);
}

/// Throws that an operation will never end. @throws boost::system::system_error
[[noreturn]] void throw_never_called();

template <class T>
inline constexpr bool is_error =
    std::is_same_v<T, boost::system::error_code> || std::is_same_v<T, std::error_code> ||
    std::is_same_v<T, std::exception_ptr>;

/// How co_await gives what a handler gets: nothing, one value, or a tuple.
template <class... Values>
struct awaited_values {
  using type = std::tuple<Values...>;
  static type take(std::tuple<Values...>& all) { return std::move(all); }
};
template <class Value>
struct awaited_values<Value> {
  using type = Value;
  static type take(std::tuple<Value>& all) { return std::get<0>(std::move(all)); }
};
template <>
struct awaited_values<> {
  using type = void;
  static void take(const std::tuple<>&) noexcept {}
};
template <class Error, class... Values>
  requires is_error<Error>
struct awaited_values<Error, Values...> {
  using rest = awaited_values<Values...>;
  using type = typename rest::type;
  static type take(std::tuple<Error, Values...>& all) {
    throw_if_error(std::get<0>(all));
    return std::apply(
        [](Error&, Values&... values) {
          std::tuple<Values...> others{std::move(values)...};
          return rest::take(others);
        },
        all);
  }
};
template <class Error>
  requires is_error<Error>
struct awaited_values<Error> {
  using type = void;
  static void take(const std::tuple<Error>& all) { throw_if_error(std::get<0>(all)); }
};

/// The wait of a coroutine for an operation, with what its handler has got.
template <class... Args>
class io_result : public io_wait {
  using values = awaited_values<std::decay_t<Args>...>;

public:
  using value_type = typename values::type;

  /// Keeps what the handler has got.
  template <class... Values>
  void keep(Values&&... got) noexcept {
    try {
      values_.emplace(std::forward<Values>(got)...);
    } catch (...) {
      fail();
    }
  }

protected:
  io_result() noexcept { ops = &operations; }
  ~io_result() = default;

  /// Takes the result of the operation. @pre the wait is over @throws what the operation has thrown
  /// or given as an error
  value_type take() {
    if (error() != nullptr) [[unlikely]]
      std::rethrow_exception(error());
    if (!values_) [[unlikely]]
      throw_never_called();
    return values::take(*values_);
  }

private:
  /// An operation that has come to its end wins over the stop.
  static bool stops(wait_source& s, cell&) noexcept {
    const auto& self = static_cast<io_result&>(s);
    if (!self.was_cancelled() || self.error() != nullptr)
      return false;
    return !self.values_ || is_cancelled(*self.values_);
  }
  static bool is_cancelled(const std::tuple<>&) noexcept { return false; }
  template <class First, class... Rest>
  static bool is_cancelled(const std::tuple<First, Rest...>& all) noexcept {
    return says_cancelled(std::get<0>(all));
  }
  static constexpr wait_ops operations{
      .retract = &io_wait::retract, .stops = &stops, .reason = wait_reason::io};

  std::optional<std::tuple<std::decay_t<Args>...>> values_;
};

} // namespace sweet::inline v0_5::detail
