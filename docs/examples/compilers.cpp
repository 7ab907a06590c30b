// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A temporary that owns something in a co_await expression, and the same with a name.

#include <sweet/sweet.hpp>

#include <iostream>
#include <string>

// [temporary]
// With g++ 12 the copy of `name` that the lambda holds is destroyed twice: a double free.
sweet::async<std::string> greet(sweet::task_context ctx, std::string name) {
  co_return co_await ctx.spawn([name] { return "hello " + name; });
}
// [/temporary]

// [named]
// Destroyed once by every compiler.
sweet::async<std::string> greet_by_name(sweet::task_context ctx, std::string name) {
  auto body = [name] { return "hello " + name; };
  co_return co_await ctx.spawn(body);
}
// [/named]

int main() {
  sweet::runtime rt;
  const std::string name = "a name that is too long to lie in the string object itself";
  std::cout << rt.spawn(greet, name).await().value() << '\n';
  std::cout << rt.spawn(greet_by_name, name).await().value() << '\n';
}
