// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// Two links, cuts at any point, and frames that are made up: without these each value arrives once,
// with them the link ends with a sentence at worst.

#include <map>
#include <set>
#include <utility>
#include <vector>

#include <sweet/node/wire/link.hpp>

#include "fuzz_input.hpp"

namespace wire = sweet::detail::wire;

namespace {

struct end {
  explicit end(unsigned char peer, wire::outbox_window window)
      : link(sweet::incarnation{peer, peer, 1}, window) {}

  wire::link link;
  std::uint64_t connection = 0;
  std::uint64_t numbered = 0; ///< frames that were made up for it
  wire::bytes sent;
  std::vector<wire::link_frame> came;
  std::map<std::uint64_t, int> arrived;
  std::set<std::uint64_t> unacknowledged; ///< that were put here
};

void take_in(end& x, bool is_untouched) {
  for (const auto& frame : std::exchange(x.came, {}))
    if (const auto* submit = std::get_if<wire::submit>(&frame); submit != nullptr && is_untouched)
      fuzz::require(++x.arrived[submit->tasks.at(0).id] == 1, "each value arrives once");
  fuzz::require(!is_untouched || !x.link.failed(), "a link that nobody disturbs does not fail");
  fuzz::require(x.link.failed() == !x.link.failure().empty(), "a failure has a sentence");
  for (const auto token : x.link.take_arrived())
    fuzz::require(x.unacknowledged.erase(token) == 1, "each value is acknowledged once");
  fuzz::require(x.link.unacknowledged().size() == x.unacknowledged.size(), "the others are kept");
}

void deliver(end& from, end& to, std::size_t size) {
  size = std::min(size, from.sent.size());
  to.link.receive(to.connection, wire::byte_view{from.sent}.first(size), to.came);
  from.sent.erase(from.sent.begin(), from.sent.begin() + static_cast<std::ptrdiff_t>(size));
}

void connect(end& a, end& b) {
  a.link.cut();
  b.link.cut();
  const auto of_a = a.link.received();
  const auto of_b = b.link.received();
  a.sent.clear();
  b.sent.clear();
  if (!a.link.failed())
    a.connection = a.link.connect(of_b);
  if (!b.link.failed())
    b.connection = b.link.connect(of_a);
}

void make_up(end& to, fuzz::fuzz_input& input) {
  wire::bytes body;
  const auto type = fuzz::any_type(input);
  if (wire::is_numbered(type))
    wire::append_number(body, std::uint64_t{++to.numbered});
  const auto made = input.take(input.below(1024));
  body.insert(body.end(), made.begin(), made.end());
  wire::bytes out;
  wire::append_frame(out, type, body);
  to.link.receive(to.connection, out, to.came);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input{data, size};
  const wire::outbox_window window{1 + input.below(20), 100'000};
  end a{2, window};
  end b{1, window};
  connect(a, b);
  std::uint64_t put = 0;
  std::size_t taken = 0;
  bool is_untouched = true;
  for (int steps = 0; !input.empty() && steps < 200; ++steps) {
    const std::size_t what = input.below(16);
    end& from = what % 2 == 0 ? a : b;
    end& to = what % 2 == 0 ? b : a;
    if (what < 4) {
      wire::submit value;
      value.tasks.resize(1);
      value.tasks[0].id = ++put;
      value.tasks[0].payload.resize(what < 2 ? input.below(100) : 16'000 + input.below(40'000));
      const bool full = from.link.full(wire::lane::work) || from.link.full(wire::lane::bulk);
      const bool taken_now = from.link.put(value, put).is_ok();
      fuzz::require(taken_now || full || from.link.failed(), "a window that has room takes it");
      if (taken_now)
        from.unacknowledged.insert(put);
      taken += taken_now ? 1 : 0;
    } else if (what < 6) {
      from.link.fill(from.sent, 1 + input.below(60'000));
    } else if (what < 10) {
      deliver(from, to, what < 8 ? from.sent.size() : input.below(60'000));
    } else if (what == 10) {
      connect(a, b);
    } else if (what == 11) {
      wire::heartbeat beat;
      beat.news.members.resize(input.below(500));
      const bool fits = from.link.put(beat).is_ok();
      fuzz::require(fits || !beat.news.members.empty(), "a heartbeat");
    } else if (what < 14) {
      is_untouched = false;
      make_up(to, input);
    } else if (what == 14) {
      // A hello that may not be true.
      is_untouched = false;
      from.link.cut();
      if (!from.link.failed())
        from.connection = from.link.connect(input.below(64));
    } else {
      is_untouched = false;
      const auto noise = input.take(input.below(64));
      to.link.receive(to.connection, noise, to.came);
    }
    take_in(a, is_untouched);
    take_in(b, is_untouched);
  }
  if (!is_untouched)
    return 0;
  connect(a, b);
  for (int round = 0; round < 2; ++round) {
    fuzz::require(a.link.put(wire::heartbeat{}).is_ok(), "a heartbeat");
    fuzz::require(b.link.put(wire::heartbeat{}).is_ok(), "a heartbeat");
    while (a.link.wants_to_send() || b.link.wants_to_send()) {
      a.link.fill(a.sent, 64 * 1024);
      b.link.fill(b.sent, 64 * 1024);
      deliver(a, b, a.sent.size());
      deliver(b, a, b.sent.size());
    }
    take_in(a, true);
    take_in(b, true);
  }
  fuzz::require(a.arrived.size() + b.arrived.size() == taken, "nothing is lost");
  for (const end* x : {&a, &b})
    fuzz::require(x->unacknowledged.empty() && x->link.unacknowledged().empty() &&
                      x->link.is_settled(),
                  "all is told");
  return 0;
}
