#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <exception>
#include <stdexcept>

#include <unistd.h>

namespace sweet::inline v0_5::testing {

/// Takes root's power to read everything from this process for a while, if it has it. What is then
/// to be read has to be open to everybody.
class without_privileges {
public:
  without_privileges() {
    if (was_root_ && ::seteuid(nobody) != 0)
      throw std::runtime_error{"cannot become nobody"};
  }

  without_privileges(const without_privileges&) = delete;
  without_privileges& operator=(const without_privileges&) = delete;

  ~without_privileges() {
    if (was_root_ && ::seteuid(0) != 0)
      std::terminate();
  }

private:
  static constexpr uid_t nobody = 65534;

  const bool was_root_ = ::geteuid() == 0;
};

} // namespace sweet::inline v0_5::testing
