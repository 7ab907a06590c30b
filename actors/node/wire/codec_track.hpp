#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <caf/fwd.hpp>

namespace sweet::inline v0_5::detail::wire {

/// How large a value may be, and how deep its parts may lie in each other.
struct codec_limits {
  std::size_t max_bytes = 64 * 1024 * 1024; ///< of an encoded value
  unsigned max_depth = 64;                  ///< structs, containers and optionals in each other
};

/// What an encoder and a decoder keep in mind beside the bytes: the first failure, after which they
/// do nothing any more, and where in the value they are.
class codec_track {
public:
  explicit codec_track(codec_limits limits) noexcept : limits_(limits) {}

  const codec_limits& limits() const noexcept { return limits_; }

  /// Tells whether something went wrong. It stays so.
  bool failed() const noexcept { return !failure_.empty(); }

  /// Returns what went wrong first, and where; empty if nothing has.
  const std::string& failure() const noexcept { return failure_; }

  /// Notes a failure, unless there was one before.
  /// @returns false, for the caller to return
  bool fail(std::string_view what, std::size_t at);

  /// Notes an error that some inspect() or callback of its has returned, unless there was a failure
  /// before.
  /// @returns false, for the caller to return
  bool fail(const caf::error& error, std::size_t at);

  /// Notes the name that the inspected struct has given itself, for the sentence of a failure.
  void enter(const char* type) noexcept { type_ = type; }

  /// One more level for as long as this lives. False if that is too deep, which is a failure then.
  class level {
  public:
    level(codec_track& track, std::size_t at)
        : track_(track), outer_(track.type_), fits_(track.descend(at)) {}
    level(const level&) = delete;
    level& operator=(const level&) = delete;
    ~level() {
      track_.type_ = outer_;
      --track_.depth_;
    }

    explicit operator bool() const noexcept { return fits_; }

  private:
    codec_track& track_;
    const char* outer_;
    bool fits_;
  };

private:
  bool descend(std::size_t at);

  codec_limits limits_;
  unsigned depth_ = 0;
  const char* type_ = nullptr;
  std::string failure_;
};

/// Returns what tells an inspect() that something went wrong; the sentence lies in the codec_track.
caf::error failed_already();

} // namespace sweet::inline v0_5::detail::wire
