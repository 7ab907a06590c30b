// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "configured_node.hpp"

#include <iostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <sweet/messages/exception_text.hpp>
#include <sweet/node/tls/read_file.hpp>

#include "command_line.hpp"
#include "printable_text.hpp"

namespace sweet::command {

task_result<node_builder> configured_node(runtime& rt, const node_config& config) {
  auto result = node_builder{rt}.name(config.name).cluster(config.cluster);
  if (!config.certificate.empty())
    return result.certificates(config.certificate, config.key, config.authorities);
  if (config.secret_file.empty())
    return result;
  auto secret =
      detail::tls::read_file(config.secret_file, "the secret", detail::tls::readers::owner);
  if (!secret)
    return secret.error();
  auto text = std::move(secret).value();
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  if (text.empty())
    return task_error{error_code::invalid_data, "the secret " + config.secret_file + " is empty"};
  return result.secret(std::move(text));
}

int refuse_config(const std::vector<job_file_error>& errors) {
  for (const auto& error : errors)
    std::cerr << to_string(error) << '\n';
  return exit_wrong_usage;
}

int refuse_config(const task_error& error) {
  std::cerr << "sweet: " << printable(error.message()) << '\n';
  return exit_wrong_usage;
}

int cannot_start(const std::exception& why) {
  std::string text = detail::exception_text(why);
  constexpr std::string_view who = "node_builder: ";
  if (text.starts_with(who))
    text.erase(0, who.size());
  std::cerr << "sweet: " << printable(text) << '\n';
  return dynamic_cast<const std::invalid_argument*>(&why) != nullptr ? exit_wrong_usage
                                                                     : exit_job_failed;
}

} // namespace sweet::command
