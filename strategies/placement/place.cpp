// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/strategies/placement/place.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

namespace sweet::inline v0_5 {

namespace {

using nodes = std::vector<const member_view*>;

const task_type* task_of(const member_view& x, std::string_view name) {
  const auto found = std::ranges::find(x.who->task_types, name, &task_type::name);
  return found == x.who->task_types.end() ? nullptr : &*found;
}

std::string names(const nodes& xs) {
  std::string text;
  for (std::size_t i = 0; i < xs.size() && i < 3; ++i)
    text += (i == 0 ? "" : ", ") + xs[i]->who->name;
  return xs.size() > 3 ? text + " and " + std::to_string(xs.size() - 3) + " more" : text;
}

/// Narrows the nodes down step by step, and keeps the reason of the step that leaves none.
class candidates {
public:
  explicit candidates(const std::vector<member_view>& all) {
    left_.reserve(all.size());
    for (const auto& x : all)
      left_.push_back(&x);
  }

  /// Keeps the nodes for which `fits` is true. `why` makes the reason from those that there were.
  template <class Fits, class Why>
  candidates& keep(Fits fits, Why why) {
    if (!why_.empty())
      return *this;
    const auto fits_node = [&](auto* x) { return fits(*x); };
    if (std::ranges::none_of(left_, fits_node))
      why_ = why(left_);
    else
      std::erase_if(left_, std::not_fn(fits_node));
    return *this;
  }

  nodes& left() noexcept { return left_; }
  const std::string& why() const noexcept { return why_; }

private:
  nodes left_;
  std::string why_;
};

/// Those that would do if they were free, and here.
void keep_suitable(candidates& c, const placement& how, const task_type& task) {
  if (how.how() == placement::kind::on)
    c.keep([&](auto& x) { return x.who->name == how.key(); },
           [&](auto&) { return "no node is called " + how.key(); });
  if (!how.role().empty())
    c.keep([&](auto& x) { return has_role(*x.who, how.role()) && is_alive(x.state); },
           [&](auto&) { return "no node with role " + how.role(); });
  c.keep([](auto& x) { return is_alive(x.state) && x.state != member_state::joining; },
         [](auto& xs) {
           return names(xs) + (xs.size() == 1 ? " is " + to_string(xs[0]->state) : " are not up");
         });
  c.keep([&](auto& x) { return task_of(x, task.name) != nullptr; },
         [&](auto& xs) { return names(xs) + " cannot run " + task.name; });
  c.keep([&](auto& x) { return task_of(x, task.name)->signature == task.signature; },
         [&](auto& xs) { return task.name + " has another signature on " + names(xs); });
  c.keep([&](auto& x) { return x.who->slots >= how.slots(); },
         [&](auto& xs) {
           return names(xs) + " has fewer than " + std::to_string(how.slots()) + " slots";
         });
  c.keep([](auto& x) { return !x.who->draining; },
         [](auto& xs) { return names(xs) + (xs.size() == 1 ? " drains" : " drain"); });
}

/// Those that can take a task now.
void keep_ready(candidates& c) {
  c.keep([](auto& x) { return x.state == member_state::up; },
         [](auto& xs) { return names(xs) + (xs.size() == 1 ? " is suspect" : " are suspect"); });
  c.keep([](auto& x) { return x.linked; }, [](auto& xs) { return "no link to " + names(xs); });
  c.keep([](auto& x) { return x.free_slots > 0; },
         [](auto& xs) { return names(xs) + (xs.size() == 1 ? " is full" : " are full"); });
}

void avoid(nodes& xs, const std::vector<std::string>& avoided) {
  nodes others;
  std::ranges::copy_if(xs, std::back_inserter(others), [&](auto* x) {
    return std::ranges::find(avoided, x->who->name) == avoided.end();
  });
  if (!others.empty())
    xs = std::move(others);
}

const member_view& most_free(nodes& xs, std::uint64_t random) {
  std::uint32_t most = 0;
  for (const auto* x : xs)
    most = std::max(most, x->free_slots);
  std::erase_if(xs, [most](auto* x) { return x->free_slots < most; });
  return *xs[random % xs.size()];
}

const member_view& better_of_two(const nodes& xs, std::uint64_t random) {
  const auto first = random % xs.size();
  if (xs.size() == 1)
    return *xs[first];
  // Another one, each as likely as the others.
  const auto step = 1 + (random / xs.size()) % (xs.size() - 1);
  const auto second = (first + step) % xs.size();
  return *xs[xs[second]->free_slots > xs[first]->free_slots ? second : first];
}

const member_view& choose(const placement& how, const place_request& request, nodes& xs) {
  switch (how.how()) {
    case placement::kind::round_robin:
      std::ranges::sort(xs, {}, [](auto* x) -> auto& { return x->who->name; });
      return *xs[request.turn % xs.size()];
    case placement::kind::least_loaded: return most_free(xs, request.random);
    case placement::kind::two_choices: return better_of_two(xs, request.random);
    default: return *xs.front();
  }
}

} // namespace

place_answer place(const placement& how, const place_request& request,
                   const std::vector<member_view>& nodes) {
  if (how.how() == placement::kind::local) {
    const auto itself = std::ranges::find_if(nodes, &member_view::itself);
    return {itself->who->incarnation, {}};
  }
  candidates c{nodes};
  keep_suitable(c, how, request.task);
  if (how.how() == placement::kind::consistent_hash && c.why().empty()) {
    avoid(c.left(), request.avoid);
    c.left() = {*std::ranges::max_element(
        c.left(), {}, [&](auto* x) { return detail::rendezvous(how.key(), x->who->name); })};
  }
  keep_ready(c);
  if (!c.why().empty())
    return {{}, c.why()};
  avoid(c.left(), request.avoid);
  return {choose(how, request, c.left()).who->incarnation, {}};
}

namespace detail {

// FNV-1a over both, then the mixing of SplitMix64, without which names that differ in their last
// letter only would rank alike for all keys.
std::uint64_t rendezvous(std::string_view key, std::string_view name) noexcept {
  std::uint64_t x = 0xcbf29ce484222325u;
  const auto add = [&x](char c) { x = (x ^ static_cast<unsigned char>(c)) * 0x100000001b3u; };
  std::ranges::for_each(key, add);
  add('\0');
  std::ranges::for_each(name, add);
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

} // namespace detail

} // namespace sweet::inline v0_5
