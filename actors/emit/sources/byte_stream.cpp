// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/sources/byte_stream.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <sweet/actors/process/unique_fd.hpp>
#include <sweet/actors/task/cancelled.hpp>
#include <sweet/messages/task_failure.hpp>

namespace sweet::detail {

namespace {

class file_stream final : public byte_stream {
public:
  file_stream(std::string path, std::size_t buffer_size, int interrupted)
      : path_(std::move(path)), size_(std::max<std::size_t>(buffer_size, 1)),
        interrupted_(interrupted) {
    if (path_ == "-")
      name_ = "standard input";
  }

  std::string_view read() override {
    if (!buffer_)
      open();
    // A read of a pipe or terminal may wait, where nothing but its end could interrupt it.
    if (interrupted_ != never_interrupted)
      wait();
    for (;;) {
      const auto n = ::read(from_, buffer_.get(), size_);
      if (n >= 0)
        return {buffer_.get(), static_cast<std::size_t>(n)};
      if (errno == EAGAIN)
        wait();
      else if (errno != EINTR)
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
      // Opening a named pipe waits for who writes.
      const auto how = interrupted_ != never_interrupted ? O_NONBLOCK : 0;
      file_ = unique_fd{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | how)};
      if (!file_)
        throw task_failure{io_error(name(), errno)};
      from_ = file_.get();
    }
    buffer_ = std::make_unique_for_overwrite<char[]>(size_);
  }

  // Whoever gave us standard input may have made it non-blocking.
  void wait() const {
    std::array<pollfd, 2> sources{{{from_, POLLIN, 0}, {interrupted_, POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), -1);
    if (sources[0].revents == 0 && sources[1].revents != 0)
      throw cancelled{};
  }

  std::string path_;
  std::string name_; ///< if it is not the path
  std::size_t size_;
  int interrupted_;
  unique_fd file_;
  int from_ = -1;
  std::unique_ptr<char[]> buffer_;
};

} // namespace

std::unique_ptr<byte_stream> read_file(std::string path, std::size_t buffer_size, int interrupted) {
  return std::make_unique<file_stream>(std::move(path), buffer_size, interrupted);
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

} // namespace sweet::detail
