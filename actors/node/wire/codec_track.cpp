// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/codec_track.hpp>

#include <caf/error.hpp>
#include <caf/sec.hpp>

#include <sweet/messages/caf_error.hpp>

namespace sweet::inline v0_5::detail::wire {

bool codec_track::fail(std::string_view what, std::size_t at) {
  if (failed())
    return false;
  failure_ = what;
  failure_ += ", at byte ";
  failure_ += std::to_string(at);
  if (type_ != nullptr) {
    failure_ += " in ";
    failure_ += type_;
  }
  return false;
}

bool codec_track::fail(const caf::error& error, std::size_t at) {
  if (failed())
    return false;
  const task_error shown = from_caf_error(error);
  return fail(shown.message().empty() ? "an inspect() has failed" : shown.message(), at);
}

bool codec_track::descend(std::size_t at) {
  ++depth_;
  if (depth_ <= limits_.max_depth)
    return true;
  return fail("parts lie more than " + std::to_string(limits_.max_depth) + " levels deep", at);
}

caf::error failed_already() {
  return caf::sec::invalid_argument;
}

} // namespace sweet::inline v0_5::detail::wire
