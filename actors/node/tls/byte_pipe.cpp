// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/byte_pipe.hpp>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include <sweet/node/tls/openssl_objects.hpp>

namespace sweet::inline v0_5::detail::tls {

namespace {

byte_pipe& pipe_of(BIO* bio) noexcept {
  return *static_cast<byte_pipe*>(BIO_get_data(bio));
}

int read_some(BIO* bio, char* to, std::size_t size, std::size_t* done) noexcept {
  BIO_clear_retry_flags(bio);
  *done = pipe_of(bio).take(to, size);
  if (*done == 0)
    BIO_set_retry_read(bio);
  return *done != 0 ? 1 : 0;
}

int write_all(BIO* bio, const char* from, std::size_t size, std::size_t* done) noexcept {
  BIO_clear_retry_flags(bio);
  try {
    auto& out = pipe_of(bio).output();
    const auto in = std::as_bytes(std::span{from, size});
    out.insert(out.end(), in.begin(), in.end());
  } catch (const std::bad_alloc&) {
    return 0;
  }
  *done = size;
  return 1;
}

long control(BIO*, int what, long, void*) noexcept {
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

/// Never freed: connections may live as long as the process.
const BIO_METHOD* method() {
  static const BIO_METHOD* const made_once = [] {
    BIO_METHOD* const x =
        made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "memory of sweet"));
    BIO_meth_set_read_ex(x, read_some);
    BIO_meth_set_write_ex(x, write_all);
    BIO_meth_set_ctrl(x, control);
    return x;
  }();
  return made_once;
}

} // namespace

void byte_pipe::put(wire::byte_view in) {
  in_.insert(in_.end(), in.begin(), in.end());
}

void byte_pipe::drop_input() noexcept {
  in_ = {};
  taken_ = 0;
}

bio_st* byte_pipe::make_bio() {
  BIO* const bio = made(BIO_new(method()));
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  return bio;
}

std::size_t byte_pipe::take(char* to, std::size_t size) noexcept {
  const auto part = unread().first(std::min(size, in_.size() - taken_));
  if (!part.empty())
    std::memcpy(to, part.data(), part.size());
  taken_ += part.size();
  if (taken_ == in_.size()) {
    in_.clear();
    taken_ = 0;
  }
  return part.size();
}

} // namespace sweet::inline v0_5::detail::tls
