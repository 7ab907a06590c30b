// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause
// EXPECT: the expected reason
int main() {
#ifdef SWEET_MUST_NOT_COMPILE
  static_assert(sizeof(int) == 0, "another reason");
#endif
}
