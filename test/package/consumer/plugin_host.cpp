// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

// A program that knows nothing of sweet loads a plugin that holds it, in a thread that is not the
// first.

#include <dlfcn.h>

#include <iostream>
#include <thread>

int main(int, char** argv) {
  int result = -1;
  std::thread{[&] {
    if (void* plugin = ::dlopen(argv[1], RTLD_NOW | RTLD_LOCAL)) {
      using function = int(int);
      result = reinterpret_cast<function*>(::dlsym(plugin, "sum_of_tasks"))(10);
    } else {
      std::cerr << ::dlerror() << '\n';
    }
  }}.join();
  std::cout << "plugin: " << result << '\n';
  return std::cout ? 0 : 1;
}
