// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include "systemd_notice.hpp"

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

#include <sweet/actors/runtime/system/unique_fd.hpp>

namespace sweet::command {

systemd_notice::systemd_notice() {
  if (const char* address = std::getenv("NOTIFY_SOCKET"))
    address_ = address;
  ::unsetenv("NOTIFY_SOCKET");
  if (address_.size() < 2 || address_.size() >= sizeof(sockaddr_un::sun_path))
    address_.clear();
}

void systemd_notice::send(std::string_view lines) const noexcept {
  if (address_.empty())
    return;
  const detail::unique_fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  std::memcpy(to.sun_path, address_.data(), address_.size());
  if (to.sun_path[0] == '@')
    to.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
  const void* const name = &to;
  static_cast<void>(::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             static_cast<const sockaddr*>(name), size));
}

} // namespace sweet::command
