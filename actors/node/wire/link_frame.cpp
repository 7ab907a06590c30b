// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/wire/link_frame.hpp>

#include <string>

#include <sweet/node/wire/codec.hpp>
#include <sweet/node/wire/piece.hpp>

namespace sweet::inline v0_5::detail::wire {

namespace {

template <class Frame>
task_result<link_frame> read_as(byte_view body) {
  link_frame read{std::in_place_type<Frame>};
  if (auto done = decode(body, std::get<Frame>(read), codec_limits{.max_bytes = max_value}); !done)
    return invalid_data(std::string{sweet::name_of(Frame::type)} + ": " + done.error().message());
  return read;
}

} // namespace

task_result<link_frame> read_link_frame(frame_type type, byte_view body) {
  switch (type) {
    case frame_type::heartbeat: return read_as<heartbeat>(body);
    case frame_type::pull: return read_as<pull>(body);
    case frame_type::submit: return read_as<submit>(body);
    case frame_type::started: return read_as<started>(body);
    case frame_type::progress: return read_as<progress>(body);
    case frame_type::output: return read_as<output>(body);
    case frame_type::cancel: return read_as<cancel>(body);
    case frame_type::result: return read_as<result>(body);
    case frame_type::leave: return read_as<leave>(body);
    case frame_type::lookup: return read_as<lookup>(body);
    case frame_type::found: return read_as<found>(body);
    case frame_type::actors: return read_as<actors>(body);
    case frame_type::actors_end: return read_as<actors_end>(body);
    case frame_type::refused: return read_as<refusal>(body);
    default: return invalid_data(std::string{sweet::name_of(type)} + " has no place on a link");
  }
}

} // namespace sweet::inline v0_5::detail::wire
