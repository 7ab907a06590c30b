// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A data race of our own: ThreadSanitizer must report it, whatever is suppressed for libcaf.

#include <thread>

int main() {
  int shared = 0;
  std::thread writer{[&shared] { shared = 1; }};
  shared = 2;
  writer.join();
  return shared == 0 ? 1 : 0;
}
