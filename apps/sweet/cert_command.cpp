// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "cert_command.hpp"

#include <sweet/node/certificates.hpp>

#include <chrono>
#include <filesystem>
#include <iostream>

#include "printable_text.hpp"

namespace sweet::command {

namespace {

int failed(const task_error& error) {
  std::cout << std::flush;
  std::cerr << "sweet: " << printable(error.message()) << '\n';
  return error.code() == error_code::invalid_data ? exit_wrong_usage : exit_job_failed;
}

void tell(const std::string& folder, const std::string& stem, const char* what = "") {
  const auto path = printable(folder + "/" + stem);
  std::cout << path << ".pem  " << path << ".key" << what << '\n';
}

} // namespace

int make_certificates(const cert_options& options) {
  const auto& folder = options.folder;
  if (!std::filesystem::exists(folder + "/ca.pem") &&
      !std::filesystem::exists(folder + "/ca.key")) {
    if (auto made = make_authority(folder); !made)
      return failed(made.error());
    tell(folder, "ca", "  the authority; no node needs its key");
  }
  certificate_validity validity;
  validity.days = std::chrono::days{options.days};
  for (const auto& node : options.nodes) {
    if (auto made = make_certificate(folder, node, validity); !made)
      return failed(made.error());
    tell(folder, node);
  }
  return printed(exit_done);
}

} // namespace sweet::command
