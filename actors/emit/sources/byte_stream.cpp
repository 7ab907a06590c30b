// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/byte_stream.hpp>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>
#include <sweet/actors/task/blocking_poll.hpp>
#include <sweet/actors/task/check_not_cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::inline v0_5::detail {

namespace {

class file_stream final : public byte_stream {
public:
  file_stream(std::string path, std::size_t buffer_size)
      : path_(std::move(path)), size_(std::max<std::size_t>(buffer_size, 1)) {
    if (path_ == "-")
      name_ = "standard input";
  }

  std::string_view read() override {
    if (!buffer_)
      open();
    // A cancellation is otherwise noticed when an event is emitted. That takes a whole line or
    // value, whose end may never come in a file without an end.
    check_not_cancelled();
    for (;;) {
      // A read of a pipe or terminal may block, and no cancellation could interrupt it.
      pollfd readable{from_, POLLIN, 0};
      blocking_poll({&readable, 1});
      const auto n = ::read(from_, buffer_.get(), size_);
      if (n >= 0)
        return {buffer_.get(), static_cast<std::size_t>(n)};
      // Another process that shares standard input may have made it non-blocking, and may read from
      // it.
      if (errno != EAGAIN && errno != EINTR)
        throw task_failure{io_error(name(), errno)};
    }
  }

  [[nodiscard]] const std::string& name() const noexcept override {
    return name_.empty() ? path_ : name_;
  }

private:
  void open() {
    if (path_ == "-") {
      from_ = STDIN_FILENO;
    } else {
      // Without O_NONBLOCK, opening a named pipe waits for a writer.
      file_ = unique_fd{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
      if (!file_)
        throw task_failure{io_error(name(), errno)};
      from_ = file_.get();
    }
    buffer_ = std::make_unique_for_overwrite<char[]>(size_);
  }

  std::string path_;
  std::string name_; ///< if it is not the path
  std::size_t size_;
  unique_fd file_;
  int from_ = -1;
  std::unique_ptr<char[]> buffer_;
};

} // namespace

std::unique_ptr<byte_stream> read_file(std::string path, std::size_t buffer_size) {
  return std::make_unique<file_stream>(std::move(path), buffer_size);
}

task_error io_error(const std::string& name, int error) {
  return task_error{error_code::io, name + ": " + std::generic_category().message(error)};
}

task_error line_error(const std::string& name, std::uint64_t line, std::string_view what) {
  std::string message = name;
  message += ':';
  message += std::to_string(line);
  message += ": ";
  message += what;
  return task_error{error_code::invalid_data, std::move(message)};
}

} // namespace sweet::inline v0_5::detail
