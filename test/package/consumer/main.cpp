// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/sweet.hpp>

#include <iostream>

int main() {
  std::cout << "sweet " << sweet::version() << '\n';
  return std::cout ? 0 : 1;
}
