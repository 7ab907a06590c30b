#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <cstdint>
#include <string>

#include <sweet/messages/incarnation.hpp>
#include <sweet/messages/inspection.hpp>
#include <sweet/messages/node_hello.hpp>
#include <sweet/node/wire/frame_type.hpp>
#include <sweet/node/wire/proof.hpp>
#include <sweet/node/wire/refusal.hpp>

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

/// What a node says of itself and of its link to the other, once both have proved themselves.
struct hello {
  static constexpr frame_type type = frame_type::hello;
  node_hello node;
  /// Numbered frames that have come over the link to the other, if one is held.
  std::uint64_t received = 0;

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
inspection<Inspector> inspect(Inspector& f, hello& x) {
  return inspect_fields(f, "HELLO", x.node, x.received);
}

} // namespace sweet::inline v0_5::detail::wire
