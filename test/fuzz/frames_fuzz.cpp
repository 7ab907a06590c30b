// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Any stream of bytes, in any portions: the frames in it do not depend on the portions, and the
// reader holds no more than one frame.

#include <vector>

#include <sweet/node/wire/frame_reader.hpp>
#include <sweet/node/wire/piece.hpp>

#include "fuzz_input.hpp"

namespace wire = sweet::detail::wire;

namespace {

struct found {
  wire::frame_type type{};
  wire::bytes body;
  friend bool operator==(const found&, const found&) = default;
};

void read(wire::frame_reader& reader, wire::byte_view in, std::vector<found>& to) {
  while (const auto next = reader.next(in))
    to.push_back({next->type, {next->body.begin(), next->body.end()}});
  fuzz::require(in.empty() || reader.failed(), "bytes are left only after a failure");
  fuzz::require(reader.held() < wire::max_frame, "less than a frame is held");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  const std::size_t most = 1 + input.below(64);
  const auto in = input.rest();
  std::vector<found> at_once;
  wire::frame_reader whole;
  read(whole, in, at_once);
  std::vector<found> in_portions;
  wire::frame_reader portions;
  for (std::size_t at = 0, step = 1; at < in.size(); at += step, step = 1 + (step * 7 + at) % most)
    read(portions, in.subspan(at, std::min(step, in.size() - at)), in_portions);
  fuzz::require(at_once == in_portions, "the same frames in any portions");
  fuzz::require(whole.failure() == portions.failure(), "the same failure in any portions");
  wire::piece_table pieces;
  for (const found& frame : at_once)
    if (frame.type == wire::frame_type::piece) {
      const auto value = pieces.add(frame.body);
      fuzz::require(!value || value->body.size() > wire::max_body, "small values are no pieces");
      fuzz::require(pieces.held() <= size, "no more is held than has come");
    }
  return 0;
}
