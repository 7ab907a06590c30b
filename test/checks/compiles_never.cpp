// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: the expected reason
int main() {
  static_assert(sizeof(int) == 0, "the expected reason");
}
