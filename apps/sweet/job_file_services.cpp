// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "job_file_services.hpp"

#include <fmt/format.h>

namespace sweet::command {

void check_ready(value_reader& in, const given_value& value, const given_keys& given,
                 const ready_check& /*ready*/) {
  // An unknown key was meant as a way to find out, too.
  const auto ways = value.node.as_table()->size() - given.count("within");
  if (ways != 1)
    in.refuse(value.key, place_of(value.node),
              fmt::format("must say one thing: {}", value.must_be));
}

void check_intensity(value_reader& in, const given_value& value, const given_keys& given,
                     const supervisor_settings& /*supervisor*/) {
  if (!given.contains("restarts") || !given.contains("within"))
    in.refuse(value.key, place_of(value.node),
              fmt::format("must say how many and within which time: {}", value.must_be));
}

} // namespace sweet::command
