// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "output_writer.hpp"

#include "json_text.hpp"
#include "printable_text.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

namespace sweet::command {

namespace {

constexpr std::size_t chunk_size = 65536;

// A pipe that has room takes PIPE_BUF bytes without waiting; a file takes any number.
std::size_t safe_size(int fd) {
  struct stat about{};
  return ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode) ? chunk_size : PIPE_BUF;
}

std::uint64_t size_of(const report_piece& piece) {
  return std::visit([](const auto& x) { return std::uint64_t{x.size()}; }, piece);
}

} // namespace

output_writer::output_writer(int fd) : fd_(fd), at_once_(safe_size(fd)) {}

void output_writer::add(report_pieces pieces) {
  if (stopped_)
    return;
  for (auto& piece : pieces) {
    waiting_ += size_of(piece);
    // Lines are short: those that wait go out together.
    auto* text = std::get_if<std::string>(&piece);
    auto* last = queue_.empty() ? nullptr : std::get_if<std::string>(&queue_.back());
    if (text && last)
      *last += *text;
    else
      queue_.push_back(std::move(piece));
  }
}

bool output_writer::pending() const noexcept {
  return written_ < chunk_.size() || source_at_ < source_.size() || !queue_.empty();
}

void output_writer::write_some() {
  if (written_ == chunk_.size() && !refill())
    return;
  auto count = std::min(chunk_.size() - written_, at_once_);
  auto n = ::write(fd_, chunk_.data() + written_, count);
  if (n >= 0)
    written_ += static_cast<std::size_t>(n);
  else if (errno != EINTR && errno != EAGAIN)
    stop(errno == EPIPE ? 0 : errno);
}

bool output_writer::refill() {
  chunk_.clear();
  written_ = 0;
  while (source_at_ == source_.size()) {
    if (queue_.empty())
      return false;
    auto piece = std::move(queue_.front());
    queue_.pop_front();
    waiting_ -= size_of(piece);
    if (auto* text = std::get_if<std::string>(&piece)) {
      chunk_ = std::move(*text);
      if (!chunk_.empty())
        return true;
    } else {
      auto* as_json = std::get_if<json_output>(&piece);
      as_json_ = as_json != nullptr;
      source_ = as_json ? std::move(as_json->text) : std::move(std::get<captured_output>(piece));
      source_at_ = 0;
    }
  }
  try {
    chunk_ = source_.read(source_at_, chunk_size);
  } catch (const std::system_error& x) {
    stop(x.code().value());
    return false;
  }
  if (as_json_ && source_at_ + chunk_.size() < source_.size())
    chunk_.resize(whole_characters(chunk_));
  source_at_ += chunk_.size();
  if (as_json_)
    chunk_ = json_text(chunk_);
  return true;
}

void output_writer::stop(int error) {
  stopped_ = true;
  error_ = error;
  queue_.clear();
  waiting_ = 0;
  source_ = {};
  source_at_ = 0;
  chunk_.clear();
  written_ = 0;
}

} // namespace sweet::command
