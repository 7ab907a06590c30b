#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/messages/compiler_check.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/node/node.hpp>
#include <sweet/node/node_settings.hpp>
#include <sweet/node/remote.hpp>
#include <sweet/node/work/provided_task.hpp>
#include <sweet/strategies/membership/phi_detector.hpp>

namespace sweet::inline v0_5 {

/// Describes a node of a cluster, and starts it with start(). A value: each call returns a new one.
///
///     auto node = sweet::node_builder(rt)
///                     .name("alpha")
///                     .listen("127.0.0.1:7180")
///                     .secret(read_secret())
///                     .provide(make_thumbnail, [](image x, int size) { return shrink(x, size); })
///                     .start();
class [[nodiscard]] node_builder {
public:
  /// Makes a builder of a node whose tasks run in `rt`, which has to outlive the node.
  explicit node_builder(runtime& rt);

  /// Names the node, which no other node of the cluster has. Of 1 to 255 letters, digits, '.', '-'
  /// and '_'. Has to be called.
  node_builder name(std::string x) const;
  /// Names the cluster: nodes of others are refused. Default: "sweet".
  node_builder cluster(std::string x) const;
  /// Sets where other nodes connect to: "host:port", "[::1]:port"; port 0: one that is free. They
  /// are told the same host, but the name of this machine for "0.0.0.0" and "[::]". Without
  /// certificates and secret it has to be an address of the loopback device. Default: nowhere; the
  /// node connects to others only.
  node_builder listen(std::string address) const;
  /// Adds addresses of nodes to join, "host:port". A name is resolved anew at each attempt. A node
  /// without them is the first of its cluster; one with them is no member until one answers.
  node_builder join(std::vector<std::string> addresses) const;
  /// Adds a role, by which tasks are placed; "hub" links to all nodes of a large cluster.
  node_builder role(std::string x) const;
  /// Sets how many tasks of other nodes run at a time; as many more wait here. 0: none. Default:
  /// four for each worker of the runtime.
  node_builder slots(std::uint32_t x) const;
  /// Sets the files by which the nodes prove to each other who they are, each of them PEM: links
  /// speak TLS. See docs/guides/certificates.md.
  /// @param certificate of this node, whose name is among those of the certificate
  /// @param key the private key of the certificate
  /// @param authorities the certificates of those that sign for nodes of the cluster
  node_builder certificates(std::string certificate, std::string key,
                            std::string authorities) const;
  /// Sets a secret that all nodes of the cluster share, in place of certificates: at least 16
  /// bytes. Links speak TLS under a key made of it. Default: neither; whoever reaches the port,
  /// which has to be one of the loopback device then, is taken for a node.
  node_builder secret(std::string x) const;
  /// Leaves TLS out: nodes with a secret prove that they know it, and what they say after that is
  /// neither secret nor protected. Between addresses of the loopback device only.
  node_builder without_tls() const;
  /// Sets how often heartbeats are sent, and which silence is too long.
  node_builder detector(phi_options x) const;
  /// Sets the delays between attempts to reach a node.
  node_builder reconnect(backoff x) const;
  /// Sets how often a function may be started once more, since the node that ran it was lost.
  /// Default: 2.
  node_builder restarts(std::uint32_t x) const;
  /// Sets when a task is given up that loses one node after the other.
  node_builder lost_work(lost_work_options x) const;

  /// Provides a function to other nodes: `f(args...)`, `f(task_context, args...)`, or
  /// `f(task_context, remote_origin, args...)`. Each task there gets a copy of `f`.
  /// @param what its name and types
  /// @param f a callable or coroutine that returns R, task_result<R> or async<R>
  template <class R, class... Args, class F>
  node_builder provide(const remote<R(Args...)>& what, F&& f) const {
    return provide(what, std::forward<F>(f), false);
  }
  /// Provides a function that takes no slot: it runs while all are taken, and while the node
  /// drains. For short answers about the node itself.
  template <class R, class... Args, class F>
  node_builder provide_aside(const remote<R(Args...)>& what, F&& f) const {
    return provide(what, std::forward<F>(f), true);
  }

  /// Opens the port, and starts the node: a top-level task with all that belongs to it.
  /// @throws std::invalid_argument if a setting cannot be: the sentence says which one and why
  /// @throws std::system_error if the system refuses the port
  node start() const;

private:
  template <class R, class... Args, class F>
  node_builder provide(const remote<R(Args...)>& what, F&& f, bool is_aside) const {
    using function = detail::provided_function<std::decay_t<F>, R, Args...>;
    return with([&](auto& s) {
      s.provided.push_back(std::make_shared<const function>(what, std::forward<F>(f), is_aside));
    });
  }
  template <class F>
  node_builder with(F change) const {
    auto next = *this;
    change(next.settings_);
    return next;
  }

  runtime* rt_;
  detail::node_settings settings_;
};

} // namespace sweet::inline v0_5
