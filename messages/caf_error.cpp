// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/caf_error.hpp>

#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <caf/atom.hpp>
#include <caf/error.hpp>
#include <caf/exit_reason.hpp>
#include <caf/message.hpp>
#include <caf/message_builder.hpp>
#include <caf/pec.hpp>
#include <caf/sec.hpp>
#include <caf/to_string.hpp>

namespace sweet::inline v0_5 {

namespace {

constexpr auto our_category = caf::atom("sweet");
constexpr auto system_category = caf::atom("system");
constexpr auto exit_category = caf::atom("exit");
constexpr auto parser_category = caf::atom("parser");

// The context of an error of ours holds so many elements for each error, see task_error_level. All
// are of types that every CAF knows, so that a node without sweet can receive and forward them.
constexpr std::size_t elements_per_level = 10;

auto elements_of(detail::task_error_level&& x) {
  return std::tuple{static_cast<std::uint8_t>(x.code),
                    std::move(x.message),
                    std::uint64_t{x.id.value},
                    std::move(x.name),
                    x.attempt,
                    x.origin.code,
                    std::move(x.origin.category),
                    std::move(x.origin.text),
                    x.retry_after,
                    x.of};
}

caf::message context_of(const task_error& x) {
  auto levels = detail::flatten(x);
  // Most errors have no cause: then all elements are made at once, and not one by one.
  if (levels.size() == 1)
    return std::apply([](auto&&... all) { return caf::make_message(std::move(all)...); },
                      elements_of(std::move(levels.front())));
  caf::message_builder all;
  for (auto& level : levels)
    std::apply([&all](auto&&... elements) { (all.append(std::move(elements)), ...); },
               elements_of(std::move(level)));
  return all.move_to_message();
}

std::optional<detail::task_error_level> read_level(const caf::message& in, std::size_t at) {
  if (!in.match_element<std::uint8_t>(at) || !in.match_element<std::string>(at + 1) ||
      !in.match_element<std::uint64_t>(at + 2) || !in.match_element<std::string>(at + 3) ||
      !in.match_element<std::uint32_t>(at + 4) || !in.match_element<std::uint8_t>(at + 5) ||
      !in.match_element<std::string>(at + 6) || !in.match_element<std::string>(at + 7) ||
      !in.match_element<std::int64_t>(at + 8) || !in.match_element<std::uint32_t>(at + 9))
    return std::nullopt;
  const auto code = static_cast<error_code>(in.get_as<std::uint8_t>(at));
  return detail::task_error_level{is_known(code) ? code : error_code::unknown,
                                  in.get_as<std::string>(at + 1),
                                  task_id{in.get_as<std::uint64_t>(at + 2)},
                                  in.get_as<std::string>(at + 3),
                                  in.get_as<std::uint32_t>(at + 4),
                                  caf_origin{in.get_as<std::uint8_t>(at + 5),
                                             in.get_as<std::string>(at + 6),
                                             in.get_as<std::string>(at + 7)},
                                  in.get_as<std::int64_t>(at + 8),
                                  in.get_as<std::uint32_t>(at + 9)};
}

// The context as text: a single string as it is, anything else as CAF prints it.
std::string text_of(const caf::message& context) {
  if (context.empty())
    return {};
  if (context.match_elements<std::string>())
    return context.get_as<std::string>(0);
  return caf::to_string(context);
}

task_error from_our_error(const caf::error& x) {
  const auto& context = x.context();
  std::vector<detail::task_error_level> levels;
  for (std::size_t at = 0; at + elements_per_level <= context.size(); at += elements_per_level) {
    auto level = read_level(context, at);
    if (!level)
      break;
    levels.push_back(std::move(*level));
  }
  if (levels.empty())
    return task_error{error_code::unknown, text_of(context)};
  return detail::assemble(std::move(levels));
}

error_code code_of(caf::exit_reason x) {
  switch (x) {
    case caf::exit_reason::user_shutdown:
    case caf::exit_reason::kill: return error_code::cancelled;
    case caf::exit_reason::unhandled_exception: return error_code::failure;
    case caf::exit_reason::out_of_workers: return error_code::resource_limit;
    case caf::exit_reason::remote_link_unreachable:
    case caf::exit_reason::unreachable: return error_code::unreachable;
    case caf::exit_reason::normal:
    case caf::exit_reason::unknown: break;
  }
  return error_code::unknown;
}

error_code code_of(caf::sec x) {
  using caf::sec;
  switch (x) {
    case sec::request_timeout:
    case sec::connection_timeout: return error_code::timeout;
    case sec::runtime_error: return error_code::failure;
    case sec::request_receiver_down:
    case sec::no_such_group_module:
    case sec::no_actor_published_at_port:
    case sec::disconnect_during_handshake:
    case sec::cannot_forward_to_invalid_actor:
    case sec::no_route_to_receiving_node:
    case sec::cannot_connect_to_node:
    case sec::remote_linking_failed:
    case sec::remote_lookup_failed: return error_code::unreachable;
    case sec::unexpected_message:
    case sec::unexpected_actor_messaging_interface:
    case sec::unsupported_sys_key:
    case sec::unsupported_sys_message:
    case sec::cannot_spawn_actor_from_arguments:
    case sec::incompatible_versions:
    case sec::incompatible_application_ids: return error_code::rejected;
    case sec::unexpected_response:
    case sec::state_not_serializable:
    case sec::invalid_argument:
    case sec::invalid_protocol_family:
    case sec::cannot_publish_invalid_actor:
    case sec::end_of_stream:
    case sec::unknown_type:
    case sec::malformed_basp_message:
    case sec::serializing_basp_payload_failed: return error_code::invalid_data;
    case sec::failed_to_assign_scribe_from_handle:
    case sec::failed_to_assign_doorman_from_handle:
    case sec::cannot_close_invalid_port:
    case sec::cannot_open_port:
    case sec::network_syscall_failed:
    case sec::cannot_open_file:
    case sec::socket_invalid:
    case sec::socket_disconnected:
    case sec::socket_operation_failed: return error_code::io;
    case sec::unavailable_or_would_block: return error_code::resource_limit;
    case sec::no_context:
    case sec::no_proxy_registry:
    case sec::cannot_add_upstream:
    case sec::upstream_already_exists:
    case sec::invalid_upstream:
    case sec::cannot_add_downstream:
    case sec::downstream_already_exists:
    case sec::invalid_downstream:
    case sec::no_downstream_stages_defined:
    case sec::stream_init_failed:
    case sec::invalid_stream_state:
    case sec::unhandled_stream_error:
    case sec::bad_function_call:
    case sec::feature_disabled:
    case sec::redundant_connection: return error_code::invalid_state;
    case sec::none: break;
  }
  return error_code::unknown;
}

struct meaning {
  error_code code;
  std::string message;
};

meaning meaning_of(const caf::error& x, const std::string& text) {
  const auto either = [&](const std::string& name) { return text.empty() ? name : text; };
  if (x.category() == exit_category) {
    const auto reason = static_cast<caf::exit_reason>(x.code());
    return {code_of(reason), either(to_string(reason))};
  }
  if (x.category() == system_category) {
    const auto reason = static_cast<caf::sec>(x.code());
    return {code_of(reason), either(to_string(reason))};
  }
  if (x.category() == parser_category)
    return {error_code::invalid_data, either(to_string(static_cast<caf::pec>(x.code())))};
  return {error_code::failure, text};
}

} // namespace

task_error from_caf_error(const caf::error& x) {
  if (!x)
    return {};
  if (x.category() == our_category)
    return from_our_error(x);
  auto text = text_of(x.context());
  auto [code, message] = meaning_of(x, text);
  return task_error{code, std::move(message)}.with_origin(
      {x.code(), to_string(x.category()), std::move(text)});
}

caf::error to_caf_error(const task_error& x) {
  if (!x)
    return {};
  if (const auto* origin = x.origin()) {
    const auto category = caf::atom_from_string(origin->category);
    auto result = origin->text.empty()
                      ? caf::error{origin->code, category}
                      : caf::error{origin->code, category, caf::make_message(origin->text)};
    if (from_caf_error(result) == x)
      return result;
  }
  // CAF takes a code of 0 for "no error".
  const auto code = static_cast<std::uint8_t>(static_cast<unsigned>(x.code()) + 1);
  return caf::error{code, our_category, context_of(x)};
}

caf::error to_exit_reason(const task_error& x) {
  return x && x.code() == error_code::cancelled ? caf::make_error(caf::exit_reason::user_shutdown)
                                                : to_caf_error(x);
}

} // namespace sweet::inline v0_5
