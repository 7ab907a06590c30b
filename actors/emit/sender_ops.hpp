#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/emitter.hpp>
#include <sweet/actors/emit/stream_core.hpp>
#include <sweet/actors/runtime/cell/cell.hpp>

namespace sweet::detail {

/// The operations of a sender's body: its own, and whenever it suspends or ends it hands over what
/// it has emitted; if it fails, the other senders stop. For one task; outlives its body.
class sender_ops final : private body_ops {
public:
  /// Before the task is started.
  void wrap(cell& sender, emitter_core& out, stream_core& stream) noexcept {
    own_ = sender.ops;
    out_ = &out;
    stream_ = &stream;
    static_cast<body_ops&>(*this) = *own_;
    run = [](cell& c) noexcept {
      auto& self = static_cast<const sender_ops&>(*c.ops);
      const body_ops* const own = self.own_;
      emitter_core& emits = *self.out_;
      const auto did = own->run(c);
      emits.flush();
      if (did == step::failed)
        self.stream_->drain();
      // Others look at an ended task when the stream may be gone.
      if (did != step::suspended)
        c.ops = own;
      return did;
    };
    sender.ops = this;
  }

private:
  const body_ops* own_ = nullptr;
  emitter_core* out_ = nullptr;
  stream_core* stream_ = nullptr;
};

} // namespace sweet::detail
