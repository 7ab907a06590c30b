// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/process/captured_output.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace sweet::inline v0_5 {

namespace {

// Opens a file without a name. Where the file system cannot make one, the file has a name for a
// moment.
detail::unique_fd open_nameless(const std::string& folder) {
  detail::unique_fd fd{::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)};
  if (!fd && (errno == EOPNOTSUPP || errno == EISDIR)) {
    auto name = folder + "/sweet-XXXXXX";
    fd = detail::unique_fd{::mkostemp(name.data(), O_CLOEXEC)};
    if (fd)
      ::unlink(name.c_str());
  }
  return fd;
}

// /var/tmp comes before /tmp, which is memory on many machines.
detail::unique_fd open_spill_file() {
  const char* own = std::getenv("TMPDIR");
  for (const char* folder : {own && *own ? own : "/var/tmp", "/var/tmp", "/tmp"})
    if (auto fd = open_nameless(folder))
      return fd;
  return {};
}

} // namespace

captured_output::captured_output(captured_output&& other) noexcept
    : memory_(std::exchange(other.memory_, {})), file_(std::move(other.file_)),
      size_(std::exchange(other.size_, 0)), lost_(std::exchange(other.lost_, 0)),
      error_(std::exchange(other.error_, 0)) {}

captured_output& captured_output::operator=(captured_output&& other) noexcept {
  std::swap(memory_, other.memory_);
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  std::swap(lost_, other.lost_);
  std::swap(error_, other.error_);
  return *this;
}

void captured_output::append(std::string_view bytes) {
  if (error_ != 0) {
    lost_ += bytes.size();
    return;
  }
  if (!file_ && memory_.size() + bytes.size() <= memory_limit) {
    memory_ += bytes;
    size_ += bytes.size();
    return;
  }
  if (!file_) {
    file_ = open_spill_file();
    if (!file_) {
      error_ = errno;
      lost_ += bytes.size();
      return;
    }
    auto before = std::exchange(memory_, {});
    size_ = 0;
    spill(before);
  }
  spill(bytes);
}

void captured_output::spill(std::string_view bytes) {
  while (!bytes.empty() && error_ == 0) {
    auto n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (n >= 0) {
      size_ += static_cast<std::uint64_t>(n);
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  lost_ += bytes.size();
}

std::string captured_output::read(std::uint64_t offset, std::size_t count) const {
  if (offset >= size_)
    return {};
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset));
  if (!file_)
    return memory_.substr(static_cast<std::size_t>(offset), count);
  std::string result(count, '\0');
  std::size_t done = 0;
  while (done < count) {
    auto n =
        ::pread(file_.get(), result.data() + done, count - done, static_cast<off_t>(offset + done));
    if (n > 0)
      done += static_cast<std::size_t>(n);
    else if (n == 0 || errno != EINTR)
      throw std::system_error{n == 0 ? EIO : errno, std::generic_category(),
                              "cannot read captured output"};
  }
  return result;
}

std::string captured_output::text() const {
  return read(0, static_cast<std::size_t>(size_));
}

std::string captured_output::tail(std::size_t lines, std::size_t max_bytes) const {
  if (lines == 0)
    return {};
  auto count = static_cast<std::size_t>(std::min<std::uint64_t>(max_bytes, size_));
  auto result = read(size_ - count, count);
  // Drops the rest of a UTF-8 character that was cut.
  std::size_t within = 0;
  while (count < size_ && within < 3 && within < result.size() &&
         (static_cast<unsigned char>(result[within]) & 0xc0U) == 0x80U)
    ++within;
  result.erase(0, within);
  // The newline that ends the last line starts no line.
  auto end = result.empty() || result.back() != '\n' ? result.size() : result.size() - 1;
  for (; lines > 0 && end > 0; --lines) {
    auto newline = result.rfind('\n', end - 1);
    if (newline == std::string::npos)
      return result;
    end = newline;
  }
  return lines == 0 ? result.substr(end + 1) : result;
}

} // namespace sweet::inline v0_5
