// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/asio/io_result.hpp>

namespace sweet::inline v0_5::detail {

bool says_cancelled(const std::exception_ptr& e) noexcept {
  if (e == nullptr)
    return false;
  try {
    std::rethrow_exception(e);
  } catch (const boost::system::system_error& x) {
    return says_cancelled(x.code());
  } catch (const std::system_error& x) {
    return says_cancelled(x.code());
  } catch (...) {
    return false;
  }
}

void throw_never_called() {
  throw boost::system::system_error{
      boost::asio::error::operation_aborted,
      "the handler of the operation was destroyed and not called, so its result is not known"};
}

} // namespace sweet::inline v0_5::detail
