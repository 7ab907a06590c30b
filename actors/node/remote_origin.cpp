// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/remote_origin.hpp>

#include <span>
#include <stdexcept>

#include <sweet/node/link/result_sink.hpp>

namespace sweet::inline v0_5 {

bool remote_output::give(std::string_view text) const {
  if (text.size() > most)
    throw std::invalid_argument{"remote_output: more than 12 KiB at a time"};
  if (to_ == nullptr)
    return true;
  const auto data = std::as_bytes(std::span{text});
  return to_->output({id_, attempt_, {data.begin(), data.end()}});
}

} // namespace sweet::inline v0_5
