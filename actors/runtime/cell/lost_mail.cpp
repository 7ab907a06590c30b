// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/runtime/cell/lost_mail.hpp>

#include <sweet/actors/runtime/cell/task_reference.hpp>
#include <sweet/actors/runtime/cell/visible_task.hpp>
#include <sweet/actors/runtime/home/lost_sink.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/messages/type_text.hpp>

#include <caf/type_erased_tuple.hpp>
#include <caf/type_nr.hpp>

#include <cstddef>
#include <cstdlib>
#include <cxxabi.h>
#include <memory>
#include <string>
#include <typeinfo>

namespace sweet::inline v0_5::detail {

namespace {

std::string text_of(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> readable{
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free};
  return short_type_text(status == 0 ? readable.get() : type.name());
}

} // namespace

std::string type_text_of(const caf::type_erased_tuple& content) {
  std::string result;
  for (std::size_t i = 0; i < content.size(); ++i) {
    const auto [number, type] = content.type(i);
    if (i != 0)
      result += ", ";
    // CAF numbers its own types from 1, and has the names of no others.
    result += type != nullptr ? text_of(*type) : std::string{caf::numbered_type_names[number - 1]};
  }
  return result;
}

void lose(cell& to, const mail& m, lost_reason reason) noexcept {
  home_of(to).lost().lose(reason, [&] {
    cell& task = visible_task(to);
    lost_message lost;
    lost.type = m.is_from_actor() ? type_text_of(static_cast<const caf_mail&>(m).content)
                                  : text_of(*m.type->type);
    lost.sender = m.sender;
    lost.target = id_of(task);
    lost.target_name = name_of(task);
    return lost;
  });
}

} // namespace sweet::inline v0_5::detail
