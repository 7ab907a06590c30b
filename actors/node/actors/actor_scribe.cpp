// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/actors/actor_scribe.hpp>

#include <algorithm>
#include <atomic>
#include <span>

#include <caf/actor_cast.hpp>
#include <caf/actor_registry.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/io/middleman.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>

#include <sweet/messages/caf_error.hpp>
#include <sweet/messages/error_code.hpp>
#include <sweet/node/wire/frames.hpp>

namespace sweet::inline v0_5::detail {

namespace {

// What goes into one frame of 16 KiB, with room for what stands around it.
constexpr std::size_t part_size = 16 * 1000;

// CAF numbers connections by their descriptors, which are far below.
std::int64_t next_connection() {
  static std::atomic<std::int64_t> last{std::int64_t{1} << 40};
  return last.fetch_add(1, std::memory_order_relaxed); // a number, and nothing besides
}

std::uint64_t key_of(std::uint64_t data) {
  return caf::message_id{data}.request_id().integer_value();
}

void append(wire::bytes& to, std::string_view x) {
  const auto view = wire::as_bytes(x);
  to.insert(to.end(), view.begin(), view.end());
}

} // namespace

actor_scribe::actor_scribe(caf::actor_system& sys, const caf::node_id& other,
                           std::shared_ptr<peer> link, std::function<void(std::string)> note,
                           std::function<void(std::string)> broken)
    : scribe(caf::io::connection_handle::from_int(next_connection())), sys_(sys),
      holder_(caf::actor_cast<caf::strong_actor_ptr>(
          sys.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP")))),
      broker_(static_cast<caf::io::basp_broker*>(caf::actor_cast<caf::abstract_actor*>(holder_))),
      other_(other), sends_(sys, sys.node(), other), takes_(sys, other, sys.node()),
      link_(std::move(link)), note_(std::move(note)), broken_(std::move(broken)) {}

actor_scribe::~actor_scribe() = default;

caf::io::network::multiplexer& actor_scribe::backend() {
  return sys_.middleman().backend();
}

bool actor_scribe::open() {
  if (broker_->instance.tbl().lookup_direct(other_))
    return false;
  // As after a handshake of CAF's, which the hello of the link stands for.
  broker_->add_scribe(caf::io::scribe_ptr{this});
  broker_->set_context(hdl());
  broker_->this_context->id = other_;
  broker_->instance.tbl().add_direct(hdl(), other_);
  return true;
}

caf::strong_actor_ptr actor_scribe::actor(std::uint64_t id) {
  broker_->set_context(hdl()); // CAF asks which node has told of the actor
  return broker_->proxies().get_or_put(other_, id);
}

// ---- what comes
// ----------------------------------------------------------------------------------

std::string actor_scribe::feed(wire::byte_view bytes) {
  const auto* first = reinterpret_cast<const char*>(bytes.data());
  begun_.insert(begun_.end(), first, first + bytes.size());
  std::size_t at = 0;
  std::string why;
  while (begun_.size() - at >= basp_header::size) {
    const std::span<const char> left{begun_.data() + at, begun_.size() - at};
    const auto header = read_basp_header(left.first<basp_header::size>());
    why = takes_.why_not(header);
    if (!why.empty() || left.size() - basp_header::size < header.payload)
      break;
    const std::string_view payload{left.data() + basp_header::size, header.payload};
    why = takes_.why_not(header, payload);
    if (!why.empty())
      break;
    if (caf::message_id{header.data}.is_response())
      questions_.erase({header.target, key_of(header.data)});
    at += basp_header::size + header.payload;
    give({left.begin(), left.begin() + basp_header::size});
    if (!payload.empty())
      give({payload.begin(), payload.end()});
  }
  begun_.erase(begun_.begin(), begun_.begin() + static_cast<std::ptrdiff_t>(at));
  return why;
}

void actor_scribe::give(std::vector<char> bytes) {
  in_ = std::move(bytes);
  if (!detached())
    consume(&backend(), in_.data(), in_.size());
}

// ---- what leaves
// ---------------------------------------------------------------------------------

void actor_scribe::flush() {
  if (out_.empty())
    return;
  wire::bytes all;
  std::string_view left{out_.data(), out_.size()};
  while (left.size() >= basp_header::size) {
    const auto header = read_basp_header(
        std::span<const char>{left.data(), left.size()}.first<basp_header::size>());
    const auto size = basp_header::size + header.payload;
    if (size > left.size())
      break; // CAF writes whole messages
    take_out(header, left.substr(0, size), all);
    left.remove_prefix(size);
  }
  out_.clear();
  for (wire::byte_view rest{all}; !rest.empty();) {
    const auto n = std::min(rest.size(), part_size);
    if (broken_ &&
        !link_->talk(wire::actors{{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(n)}}))
      break_off("more than " + std::to_string(max_actor_backlog / 1024 / 1024) +
                " MiB wait for the other node to take them");
    rest = rest.subspan(n);
  }
}

void actor_scribe::take_out(const basp_header& x, std::string_view message, wire::bytes& to) {
  const auto payload = message.substr(basp_header::size);
  auto why = sends_.why_not(x);
  if (why.empty())
    why = sends_.why_not(x, payload);
  if (!why.empty())
    return refuse(x, payload, why, to);
  if (x.operation == basp_header::direct && caf::message_id{x.data}.is_request()) {
    questions_.emplace(question{x.source, key_of(x.data)}, x.data);
    if (questions_.size() > look_at_)
      forget_old_questions();
  }
  append(to, message);
}

void actor_scribe::refuse(const basp_header& x, std::string_view payload, const std::string& why,
                          wire::bytes& to) {
  note_("not sent: " + why);
  const caf::message_id id{x.data};
  const task_error error{error_code::invalid_data, why};
  if (x.operation == basp_header::monitor) {
    // Of an actor of a third node, which is as good as down: nothing can be known of it.
    caf::binary_deserializer in{sys_, payload.data(), payload.size()};
    caf::node_id from;
    caf::node_id whose;
    if (!in(from, whose))
      backend().post([self = caf::io::scribe_ptr{this}, this, whose, id = x.target] {
        broker_->proxies().erase(whose, id, caf::exit_reason::remote_link_unreachable);
      });
  } else if (id.is_request()) {
    answer(x.source, x.data, error);
  } else if (id.is_response() && x.operation == basp_header::direct) {
    // Who has asked learns why there is no answer.
    std::vector<char> raw;
    caf::binary_serializer sink{sys_, raw};
    std::vector<caf::strong_actor_ptr> no_stages;
    auto said = caf::make_message(to_caf_error(error));
    caf::io::basp::header header{
        caf::io::basp::message_type::direct_message, 0, 0, x.data, x.source, x.target};
    if (sink(no_stages, said))
      return;
    header.payload_len = static_cast<std::uint32_t>(raw.size());
    std::vector<char> head;
    caf::binary_serializer head_sink{sys_, head};
    if (head_sink(header))
      return;
    append(to, {head.data(), head.size()});
    append(to, {raw.data(), raw.size()});
  }
}

// ---- requests
// ------------------------------------------------------------------------------------

void actor_scribe::answer(std::uint64_t asker, std::uint64_t data, const task_error& why) {
  if (const auto to = sys_.registry().get(asker))
    to->enqueue(nullptr, caf::message_id{data}.response_id(), caf::make_message(to_caf_error(why)),
                nullptr);
}

void actor_scribe::forget_old_questions() {
  std::erase_if(questions_, [this](const auto& x) { return !sys_.registry().get(x.first.first); });
  look_at_ = std::max<std::size_t>(1024, 2 * questions_.size());
}

// ---- its end
// -------------------------------------------------------------------------------------

void actor_scribe::break_off(std::string why) {
  if (auto tell = std::exchange(broken_, nullptr))
    backend().post([self = caf::io::scribe_ptr{this}, tell = std::move(tell),
                    why = std::move(why)] { tell(why); });
}

void actor_scribe::graceful_shutdown() {
  break_off("CAF has closed it");
}

void actor_scribe::end(const std::string& why) {
  broken_ = nullptr;
  for (const auto& [asked, data] : std::exchange(questions_, {}))
    answer(asked.first, data, task_error{error_code::unreachable, "the answer is lost: " + why});
  if (detached())
    return;
  broker_->connection_cleanup(hdl(), caf::sec::none);
  broker_->set_last_hop(nullptr); // it was within what is gone now
  detach(&backend(), false);
}

} // namespace sweet::inline v0_5::detail
