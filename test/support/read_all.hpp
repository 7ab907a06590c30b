#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <string>
#include <utility>
#include <vector>

#include <sweet/actors/emit/event_source.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5::testing {

/// What a source has given from its begin to its end.
template <class E>
struct all_read {
  std::vector<E> values;
  std::vector<std::string> errors; ///< "invalid_data: people.csv:17: ..." each, in place of values
  std::string end;                 ///< what was thrown at the end, as above; empty if nothing was
};

/// Reads all of a source with a reader of its own.
template <event_source S>
all_read<typename S::value_type> read_all(const S& source) {
  all_read<typename S::value_type> result;
  auto reader = source.open();
  try {
    while (auto event = reader.next()) {
      if (event->is_ok())
        result.values.push_back(std::move(*event).value());
      else
        result.errors.push_back(to_string(event->error()));
    }
  } catch (const task_failure& failure) {
    result.end = to_string(failure.error());
  }
  return result;
}

} // namespace sweet::inline v0_5::testing
