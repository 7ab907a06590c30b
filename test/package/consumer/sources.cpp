// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/json/ndjson.hpp>
#include <sweet/sqlite/sqlite_source.hpp>

#include <iostream>

template <sweet::event_source Source>
int count(const Source& source) {
  auto reader = source.open();
  int result = 0;
  while (reader.next())
    ++result;
  return result;
}

int main() {
  std::cout << count(sweet::source::sqlite(":memory:", "values (?), (2), (3)", 1)) << " rows, "
            << count(sweet::source::ndjson("/dev/null")) << " values\n";
  return std::cout ? 0 : 1;
}
