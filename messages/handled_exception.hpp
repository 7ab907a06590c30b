#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <cstring>
#include <cxxabi.h>
#include <exception>
#include <typeinfo>

namespace sweet::inline v0_5::detail {

/// The exception that a catch block handles, whose type can be asked for. To throw it once more and
/// catch it by its type would cost a microsecond or two, which is most of the cost of a task that
/// fails. Stands on what std::exception_ptr and std::type_info are in GCC's standard library.
/// @pre an exception is being handled
class handled_exception {
public:
  /// The exception if `catch (const T&)` would take it, otherwise null. Valid as long as this
  /// object. @pre T is a class
  template <class T>
  const T* as() const noexcept {
    void* object = nullptr;
    std::memcpy(&object, &held_, sizeof object);
    constexpr unsigned outermost = 1;
    const bool is_t = type_ != nullptr && typeid(T).__do_catch(type_, &object, outermost);
    return is_t ? static_cast<const T*>(object) : nullptr;
  }

  /// Whether it is a T, and not of a class derived from T.
  template <class T>
  bool is() const noexcept {
    return type_ != nullptr && *type_ == typeid(T);
  }

private:
  std::exception_ptr held_ = std::current_exception();
  /// Null for what no C++ program throws, such as the end of a thread by pthread_cancel().
  const std::type_info* type_ = abi::__cxa_current_exception_type();

  static_assert(sizeof(std::exception_ptr) == sizeof(void*));
};

} // namespace sweet::inline v0_5::detail
