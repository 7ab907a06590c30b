// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/mail.hpp>

namespace sweet::inline v0_5::detail {

namespace {

constexpr mail_type mail_from_actor{nullptr, [](const caf::message&) noexcept { return false; },
                                    [](mail* m) noexcept { delete static_cast<caf_mail*>(m); }};

} // namespace

caf_mail::caf_mail(caf::message m) noexcept : mail(mail_from_actor), content(std::move(m)) {}

bool mail::is_equal(const mail_type& asked) const noexcept {
  return is_from_actor() ? asked.matches(static_cast<const caf_mail&>(*this).content)
                         : *type->type == *asked.type;
}

} // namespace sweet::inline v0_5::detail
