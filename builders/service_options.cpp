// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/builders/service_options.hpp>

#include <sweet/actors/runtime/cell/task_settings.hpp>
#include <sweet/actors/task/scope.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace sweet::inline v0_5::detail {

namespace {

void check_kind(const service_spec& spec, service_kind kind, const char* option) {
  if (spec.kind != kind)
    throw std::invalid_argument{std::string{option} + (kind == service_kind::actor
                                                           ? " is for services that are actors"
                                                           : " is for services that are tasks")};
}

} // namespace

void set_name(service_spec& spec, std::string name) {
  if (name.find('/') != std::string::npos)
    throw std::invalid_argument{"supervisor: the name of a child must not have a slash: \"" + name +
                                "\""};
  spec.rules.name = std::move(name);
}

void apply(shutdown option, service_spec& spec) {
  spec.shutdown = option;
}

void apply(restart_type option, service_spec& spec) {
  spec.rules.restart = option;
}

void apply(significant, service_spec& spec) {
  spec.rules.significant = true;
}

void apply(starts_within option, service_spec& spec) {
  check_duration("starts_within", option.time);
  spec.start_timeout = option.time;
}

void apply(says_ready, service_spec& spec) {
  check_kind(spec, service_kind::task, "says_ready");
  spec.says_ready = true;
}

void apply(mailbox_limit option, service_spec& spec) {
  check_kind(spec, service_kind::actor, "mailbox_limit");
  if (option.messages == 0)
    throw std::invalid_argument{"mailbox_limit: give it room for one message at least"};
  spec.queue.mailbox = option.messages;
  spec.queue.overflow = option.when_full;
}

void apply(stash_limit option, service_spec& spec) {
  spec.queue.stash = option.messages;
}

void apply(on_error option, service_spec& spec) {
  spec.rules.on_error = std::move(option.decide);
}

void apply(registered option, service_spec& spec) {
  if (option.name.empty())
    throw std::invalid_argument{"registered: the name is empty"};
  spec.registered = std::move(option.name);
}

void apply(blocking_body, service_spec& spec) {
  check_kind(spec, service_kind::task, "blocking_body");
  spec.make = [make = std::move(spec.make)]() -> cell& {
    cell& task = make();
    set_blocking(task);
    return task;
  };
}

} // namespace sweet::inline v0_5::detail
