#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/emitter.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::inline v0_5::detail {

/// The operations of a sender's body. They call the body's own; then, whenever the body suspends or
/// ends, and before it lends the emitter to a child, they hand over what it has emitted. If the
/// body fails, the other senders stop. For one task; outlives its body.
class sender_ops final : private body_ops {
public:
  /// Replaces the operations of `sender`, which is not started yet.
  void wrap(cell& sender, emitter_core& out, stream_core& stream) noexcept {
    own_ = sender.ops;
    out_ = &out;
    stream_ = &stream;
    static_cast<body_ops&>(*this) = *own_;
    run = [](cell& c) noexcept {
      auto& self = static_cast<const sender_ops&>(*c.ops);
      const body_ops* const own = self.own_;
      emitter_core& emits = *self.out_;
      emits.take_back();
      const auto did = own->run(c);
      if (did != step::suspended || !emits.is_lent() || !awaits_child(c))
        emits.flush();
      if (did == step::failed)
        self.stream_->drain();
      // Other threads may look at the ended task when the stream is gone.
      if (did != step::suspended)
        c.ops = own;
      return did;
    };
    lend = [](cell& c) noexcept { static_cast<const sender_ops&>(*c.ops).out_->lend(); };
    sender.ops = this;
  }

private:
  /// Whether a suspended body waits for a child, which may be emitting on another thread by now.
  static bool awaits_child(const cell& c) noexcept {
    return c.waits_for() == wait_kind::child || c.waits_for() == wait_kind::outcome;
  }

  const body_ops* own_ = nullptr;
  emitter_core* out_ = nullptr;
  stream_core* stream_ = nullptr;
};

} // namespace sweet::inline v0_5::detail
