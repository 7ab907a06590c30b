#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <string>
#include <utility>

#include <sweet/messages/error_code.hpp>
#include <sweet/messages/exception_text.hpp>
#include <sweet/messages/task_result.hpp>
#include <sweet/node/wire/bytes.hpp>
#include <sweet/node/wire/decoder.hpp>
#include <sweet/node/wire/encoder.hpp>

namespace sweet::inline v0_5::detail::wire {

/// Returns an error that says what is wrong with bytes or values.
inline task_error invalid_data(std::string what) {
  return task_error{error_code::invalid_data, std::move(what)};
}

/// Returns the bytes of a value as they travel between nodes.
/// Errors: invalid_data, with a sentence that says what cannot travel and where.
template <class T>
task_result<bytes> encode(const T& value, codec_limits limits = {}) {
  bytes out;
  encoder to{out, limits};
  try {
    if (to.put(value))
      return out;
  } catch (...) {
    return invalid_data("an inspect() has thrown: " + exception_text());
  }
  return invalid_data(to.failure());
}

/// Reads a value that takes all of these bytes. After a failure the value is some valid one.
/// Errors: invalid_data, with a sentence that says what is wrong and where. What an inspect() or a
/// constructor throws is such an error as well.
template <class T>
task_result<void> decode(byte_view in, T& value, codec_limits limits = {}) {
  decoder from{in, limits};
  try {
    if (from.get(value) && from.end())
      return {};
  } catch (...) {
    return invalid_data("an inspect() has thrown: " + exception_text());
  }
  return invalid_data(from.failure());
}

} // namespace sweet::inline v0_5::detail::wire
