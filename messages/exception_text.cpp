// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/exception_text.hpp>

#include <sweet/messages/handled_exception.hpp>
#include <sweet/messages/task_error.hpp>

#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <typeinfo>

namespace sweet::inline v0_5::detail {

std::string exception_text(const std::exception& thrown) {
  if (const char* text = thrown.what())
    return text;
  const char* mangled = typeid(thrown).name();
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name{
      abi::__cxa_demangle(mangled, nullptr, nullptr, &status), &std::free};
  return (status == 0 ? name.get() : mangled) + std::string{" without a text"};
}

std::string exception_text() {
  const handled_exception thrown;
  if (auto* exception = thrown.as<std::exception>())
    return exception_text(*exception);
  if (auto* error = thrown.as<task_error>())
    return to_string(*error);
  return "an exception that is not derived from std::exception";
}

} // namespace sweet::inline v0_5::detail
