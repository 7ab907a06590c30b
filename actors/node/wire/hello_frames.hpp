#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <sweet/messages/inspection.hpp>
#include <sweet/node/wire/frame_type.hpp>
#include <sweet/node/wire/incarnation.hpp>
#include <sweet/node/wire/proof.hpp>
#include <sweet/node/wire/refusal.hpp>
#include <sweet/node/wire/resume_point.hpp>

// What two nodes say to each other first; docs/protocol.md, "Hello", says in which order.
namespace sweet::inline v0_5::detail::wire {

/// Who a node is. Both of them are part of every proof but the first.
struct introduction {
  version_range versions;
  std::string cluster;
  std::string name;
  incarnation life;
  nonce once{};

  friend bool operator==(const introduction&, const introduction&) = default;
};

/// The client's first words. They show that it knows the secret, and not yet that they are new.
struct open {
  static constexpr frame_type type = frame_type::open;
  introduction from;
  mac proof{};
};

/// The server's answer, which proves that it knows the secret now.
struct challenge {
  static constexpr frame_type type = frame_type::challenge;
  introduction from;
  mac proof{};
};

/// The client proves that it knows the secret now.
struct proof {
  static constexpr frame_type type = frame_type::proof;
  mac value{};
};

/// A type of task that a node can run.
struct task_type {
  std::string name;
  std::uint64_t signature = 0; ///< hash of its argument and result types

  friend bool operator==(const task_type&, const task_type&) = default;
};

/// What a node offers, once both have proved themselves.
struct hello {
  static constexpr frame_type type = frame_type::hello;
  std::vector<std::string> roles;
  std::uint32_t slots = 0; ///< tasks that it runs at a time
  std::vector<task_type> tasks;
  resume_point resume;

  friend bool operator==(const hello&, const hello&) = default;
};

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, introduction& x) {
  return inspect_fields(f, "introduction", x.versions, x.cluster, x.name, x.life, x.once);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, open& x) {
  return inspect_fields(f, "OPEN", x.from, x.proof);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, challenge& x) {
  return inspect_fields(f, "CHALLENGE", x.from, x.proof);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, proof& x) {
  return inspect_fields(f, "PROOF", x.value);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, task_type& x) {
  return inspect_fields(f, "task_type", x.name, x.signature);
}

template <class Inspector>
inspection<Inspector> inspect(Inspector& f, hello& x) {
  return inspect_fields(f, "HELLO", x.roles, x.slots, x.tasks, x.resume);
}

} // namespace sweet::inline v0_5::detail::wire
