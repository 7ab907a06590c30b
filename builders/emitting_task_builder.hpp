#pragma once
// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/actors/emit/collection.hpp>
#include <sweet/actors/emit/emitting_task.hpp>
#include <sweet/actors/emit/event_handler.hpp>
#include <sweet/actors/emit/event_stream.hpp>
#include <sweet/actors/emit/stage.hpp>
#include <sweet/actors/emit/stream.hpp>
#include <sweet/actors/runtime/home/task_home.hpp>
#include <sweet/actors/runtime/runtime.hpp>
#include <sweet/builders/async_task_builder.hpp>
#include <sweet/builders/event_sender.hpp>
#include <sweet/builders/stream_outline.hpp>
#include <sweet/builders/task_options.hpp>
#include <sweet/builders/task_traits.hpp>
#include <sweet/strategies/flow/event_overflow.hpp>
#include <sweet/strategies/processing/processing_rules.hpp>
#include <sweet/strategies/processing/strategy.hpp>
#include <sweet/strategies/recovery/error_strategy.hpp>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace sweet::inline v0_5 {

namespace detail {

/// The types of a stream, which follow from its sender and its stages.
/// @tparam E what the sender emits @tparam Next what the next receiver would get; void: nothing
/// @tparam Output the collector of the last stage, or no_collector
/// @tparam Keys whether what is collected may have keys
template <class E, class Next, class Output, class Gatherer, bool Keys = false>
struct stream_types {
  static constexpr bool may_have_keys = Keys;
  using event = E;
  using next = Next;
  using output = Output;
  using gatherer = Gatherer;
};

template <class Output>
struct output_types {
  using next = void;
  using gatherer = gather_nothing;
};
template <class T, class K>
struct output_types<collector<T, K>> {
  using next = T;
  using gatherer = gather_all<T, K>;
};

/// The settings of a stream, besides those of its task.
template <class Types>
struct stream_description : stream_outline {
  std::function<cell&(emitter<typename Types::event>&, std::size_t)> sender;
  std::function<typename Types::gatherer()> gathers;
};

template <class Output>
struct key_type {
  using type = std::monostate;
};
template <class T, class K>
struct key_type<collector<T, K>> {
  using type = K;
};
template <class Output>
using key_type_of = typename key_type<Output>::type;

template <class Strategy>
auto key_of(const Strategy& strategy) {
  if constexpr (requires { strategy.key(); })
    return strategy.key();
  else
    return no_key{};
}

} // namespace detail

/// Describes a stream of events, and starts it with run(): a sender, receivers in one or several
/// stages with a strategy each, and the container of what is collected. A value, see
/// async_task_builder. on_error() takes the place of retry() and fallback().
/// @tparam Types the types that follow from the sender and the stages
/// @tparam Parent runtime for a top-level task, task_context for a child
/// @tparam Traits what the compiler has to know of the description
template <class Types, class Parent, detail::task_traits Traits = detail::task_traits{}>
class [[nodiscard]] emitting_task_builder
    : public async_task_builder<emitting_task_builder<Types, Parent, Traits>> {
  using base = async_task_builder<emitting_task_builder>;
  static constexpr bool is_top_level = std::is_same_v<Parent, runtime>;
  using parent_type = std::conditional_t<is_top_level, runtime&, Parent>;
  using kept_parent = std::conditional_t<is_top_level, std::reference_wrapper<runtime>, Parent>;
  using description = detail::stream_description<Types>;
  using event = typename Types::event;
  using output = typename Types::output;
  using gatherer = typename Types::gatherer;

  static_assert(Traits.calls == detail::body_calls::direct,
                "a stream is not run again as a whole: on_error(error_strategy::retry(n)) handles "
                "single events again");

public:
  /// The type of the terminal event.
  using value_type = final_event<typename gatherer::value_type>;
  /// What the compiler has to know of the description.
  static constexpr detail::task_traits traits = Traits;

  /// Makes a builder with the default settings; async_task::emits() calls this.
  explicit emitting_task_builder(parent_type parent) : parent_(parent) {}
  /// Makes a builder with these settings. For the library.
  emitting_task_builder(parent_type parent, detail::task_options options, description what)
      : base(std::move(options)), parent_(parent), what_(std::move(what)) {}

  /// Sets where the events come from.
  ///
  /// `from` is a source, a range of values, or a body: `async<void> f(emitter<E>& out)` or `void
  /// f(emitter<E>& out)`, with an optional task_context in front. Sources and ranges are read
  /// lazily.
  template <class Sender>
  auto sender(Sender from) const {
    auto what = what_;
    what.sender = detail::sender_body<event>(std::move(from));
    what.senders = 1;
    return emitting_task_builder{parent_, this->options(), std::move(what)};
  }

  /// Sets several senders that emit at once. `from` is a body, `async<void> f(emitter<E>& out)` or
  /// `void f(emitter<E>& out)`, with an optional task_context in front and an optional std::size_t
  /// at the end: the number of the sender, from 0. If one sender fails, the others stop.
  template <class Sender>
  auto sender(const strategy::parallel& how, Sender from) const {
    static_assert(
        !event_source<Sender> && !std::ranges::input_range<Sender>,
        "a source or a range has one sender: several would emit each value several times");
    detail::check_senders(how.rules());
    auto what = what_;
    what.sender = detail::sender_body<event>(std::move(from));
    what.senders = how.rules().receivers;
    return emitting_task_builder{parent_, this->options(), std::move(what)};
  }

  /// Emits these events, in this order.
  auto sequence(std::initializer_list<event> events) const {
    return sender(std::vector<event>(events));
  }

  /// Adds a stage, whose receivers handle the events of the sender or those that the stage before
  /// has collected.
  ///
  /// The parameters of `handler` say what it gets: the event (`const E&`, or `E` to take it over),
  /// or `batch<E>&` with strategy::batched; a `collector<T>&` or `collector<T, Key>&` for its
  /// results; an `event_info`; a task_context. Instead of taking a collector it may return its
  /// result: a T, `std::optional<T>` or `task_result<T>`. It may be a coroutine. Each receiver has
  /// a copy of it.
  /// @param strategy how many receivers there are, and which one gets what: see sweet::strategy
  /// @param handler handles one event, or one batch
  /// @throws std::invalid_argument if the strategy and the handler do not fit together
  template <class Strategy, class Handler>
  auto receiver(const Strategy& strategy, Handler handler) const {
    // Each mistake gives one sentence, and no further errors that follow from it.
    if constexpr (!detail::has_one_signature<Handler>) {
      static_assert(detail::never<Handler>,
                    "a handler has to say what it takes: no generic lambda, no overloads");
      return *this;
    } else if constexpr (std::is_void_v<typename Types::next>) {
      static_assert(detail::never<Handler>, "the receiver before gives no events: it takes no "
                                            "collector and returns nothing");
      return *this;
    } else if constexpr (!std::is_same_v<gatherer,
                                         typename detail::output_types<output>::gatherer>) {
      static_assert(detail::never<Handler>,
                    "into(), fold() and sink() come after the last receiver: what they collect is "
                    "what that one gives");
      return *this;
    } else if constexpr (!detail::handler_suits<Handler, typename Types::next>) {
      static_assert(
          detail::never<Handler>,
          "the handler takes something that the events of this stage are not: its "
          "parameters are E, const E&, batch<E>& (of the E that the sender, or the receiver "
          "before, gives), collector<T>&, event_info, task_context");
      return *this;
    } else {
      return with_receiver(strategy, std::move(handler));
    }
  }

  /// Adds a stage whose events are handled on nodes: `what` is called there with the event, and
  /// what it returns is collected here. Order, keys, time limits and errors are those of the
  /// strategy; an event whose node is lost is handled on another one, see node_builder::restarts().
  /// @param where a strategy with on(node, placement)
  /// @param what a sweet::remote that takes one event
  template <class Strategy, class Node, template <class> class Remote, class R, class E>
  auto receiver(const strategy::placed<Strategy, Node>& where, const Remote<R(E)>& what) const {
    return receiver(where.receivers(), where.handler(what));
  }

  /// Sets what the stream does when an event fails. Default: the first error ends it.
  auto on_error(error_strategy strategy) const {
    return changed([&](description& what) { what.options.on_error = std::move(strategy); });
  }

  /// Sets what becomes of an event that the sender emits while there is no room. Default: the
  /// sender waits.
  auto overflow(event_overflow policy) const {
    return changed([&](description& what) { what.options.overflow = policy; });
  }

  /// Sets about how many events may wait in front of a stage. Default: 1,024.
  /// @throws std::invalid_argument unless `events` is positive
  auto capacity(std::uint32_t events) const {
    return changed([&](description& what) {
      what.options.capacity = strategy::checked("capacity()", events);
    });
  }

  /// Collects into a container: items with a key into a map, others by push_back() or insert().
  template <class Container>
  auto into() const {
    check_container<Container>();
    return gathered([] { return detail::gather_into<Container>{Container{}}; });
  }
  /// Collects into a container that already holds `first`: items with a key into a map, others by
  /// push_back() or insert().
  template <class Container>
  auto into(Container first) const {
    check_container<Container>();
    return gathered([first = std::move(first)] { return detail::gather_into<Container>{first}; });
  }

  /// Collects into one value, which begins as `initial`, and which `step(value, item)` changes for
  /// each item.
  template <class Value, class F>
  auto fold(Value initial, F step) const {
    return gathered([initial = std::move(initial), step = std::move(step)] {
      return detail::gather_fold<Value, F>{initial, step};
    });
  }

  /// Collects nothing: calls `f(item)` for one item at a time, in the task of the collector.
  template <class F>
  auto sink(F f) const {
    return gathered([f = std::move(f)] { return detail::gather_sink<F>{f}; });
  }

  /// Starts the stream.
  /// @returns emitting_task, whose terminal event holds what was collected
  /// @throws std::invalid_argument if there is no sender or no receiver
  /// @throws cancelled if the parent was killed
  /// @throws std::bad_alloc
  auto run() const {
    detail::check_stream(what_.sender != nullptr, !what_.stages.empty());
    return start<gatherer>(what_.options, what_.gathers());
  }

  /// Starts the stream for a coroutine that takes the results of the last receiver item by item;
  /// without a receiver, the events of the sender.
  /// @returns event_stream
  /// @throws std::invalid_argument if there is no sender, or if there is no receiver and the
  /// overflow policy is to drop the oldest events
  /// @throws cancelled if the parent was killed
  /// @throws std::bad_alloc
  auto stream() const {
    detail::check_stream(what_.sender != nullptr, true);
    static_assert(!std::is_void_v<typename Types::next>,
                  "there is nothing to take: the last handler neither takes a collector nor "
                  "returns anything");
    auto options = what_.options;
    detail::check_pulled(options.overflow, !what_.stages.empty());
    options.is_pulled = true;
    auto [handle, core] = start_with_core<detail::gather_nothing>(std::move(options), {});
    return event_stream<typename Types::next, detail::key_type_of<output>>{std::move(handle),
                                                                           std::move(core)};
  }

  /// Starts the stream with run(), and waits for its terminal event; see
  /// emitting_task::await_final_event().
  /// @throws std::invalid_argument if there is no sender or no receiver
  /// @throws cancelled if the parent was killed
  /// @throws std::bad_alloc
  auto await_final_event() const { return run().await_final_event(); }
  /// Starts the stream with run(), waits for its terminal event, and returns `handler(terminal
  /// event)`.
  /// @throws std::invalid_argument if there is no sender or no receiver
  /// @throws cancelled if the parent was killed
  /// @throws std::bad_alloc
  template <class F>
  auto await_final_event(F&& handler) const {
    return run().await_final_event(std::forward<F>(handler));
  }

private:
  template <class, class, detail::task_traits>
  friend class emitting_task_builder;
  friend base;

  template <class Strategy, class Handler>
  auto with_receiver(const Strategy& strategy, Handler handler) const {
    using signature = detail::signature_of<Handler>;
    using next = detail::output_types<typename signature::output>;
    using key = decltype(detail::key_of(strategy));
    using types = detail::stream_types<event, typename next::next, typename signature::output,
                                       typename next::gatherer,
                                       !std::is_void_v<typename signature::declared>>;
    detail::stream_description<types> what{
        {what_}, what_.sender, [] { return typename next::gatherer{}; }};
    const auto& rules = strategy.rules();
    detail::check_stage(rules, signature::takes_batch, !std::is_same_v<key, detail::no_key>);
    what.add_stage(
        rules,
        [rules, handler = std::move(handler), by = detail::key_of(strategy)](
            detail::stream_core& stream, bool is_last) -> std::unique_ptr<detail::stage_core> {
          using stage = detail::stage<typename Types::next, Handler, key>;
          return std::make_unique<stage>(stream, rules, is_last, handler, by);
        });
    return emitting_task_builder<types, Parent, Traits>{parent_, this->options(), std::move(what)};
  }

  template <detail::task_traits Next>
  auto rebuild(detail::task_options options) const {
    return emitting_task_builder<Types, Parent, Next>{parent_, std::move(options), what_};
  }

  template <class G>
  auto start(detail::stream_options options, G gathers) const {
    return start_with_core<G>(std::move(options), std::move(gathers)).first;
  }

  template <class G>
  auto start_with_core(detail::stream_options described, G gathers) const {
    using stream = detail::stream<event, output, G>;
    using handle = emitting_task<typename G::value_type>;
    using core = std::shared_ptr<detail::stream_end<typename G::value_type>>;
    auto& home = this->home();
    auto made = std::make_shared<stream>(
        home, std::move(described), detail::workers_unless(what_.senders, home), what_.sender,
        std::move(gathers), detail::most_receivers(what_.first_rules, home));
    what_.add_stages_to(*made);
    made->connect();
    detail::cell* parent = nullptr;
    if constexpr (!is_top_level)
      parent = &detail::context_access::get(parent_);
    return std::pair{handle{detail::start_stream(made, parent, this->options()), made}, core{made}};
  }

  template <class F>
  auto changed(F change) const {
    auto what = what_;
    change(what);
    return emitting_task_builder{parent_, this->options(), std::move(what)};
  }

  template <class Container>
  static constexpr void check_container() {
    if constexpr (detail::is_collector<output>)
      static_assert(
          detail::can_gather_into<Container, typename output::item_type, typename output::key_type,
                                  Types::may_have_keys>,
          "into(): what is collected does not fit into the container; items without a key "
          "do not go into a map: have the handler take a collector<T, Key>& and call "
          "collect(key, item)");
  }

  template <class G>
  auto gathered(G gathers) const {
    using type = std::invoke_result_t<G>;
    static_assert(detail::is_collector<output>,
                  "nothing is collected: the last handler neither takes a collector nor returns "
                  "anything");
    using types =
        detail::stream_types<event, typename Types::next, output, type, Types::may_have_keys>;
    return emitting_task_builder<types, Parent, Traits>{
        parent_, this->options(), {{what_}, what_.sender, std::move(gathers)}};
  }

  detail::task_home& home() const noexcept {
    if constexpr (is_top_level)
      return parent_.get().home();
    else
      return parent_.runtime().home();
  }

  kept_parent parent_;
  description what_;
};

} // namespace sweet::inline v0_5
