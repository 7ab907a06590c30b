// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "cert_command.hpp"

#include <iostream>

namespace sweet::command {

int make_certificates(const cert_options&) {
  std::cerr
      << "sweet: this command was built without sweet::node, which makes certificates: install "
         "libssl-dev and Boost (libboost-dev; on Debian 12 libboost1.81-dev), and build it again\n";
  return exit_wrong_usage;
}

} // namespace sweet::command
