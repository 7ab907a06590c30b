// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/certificates.hpp>
#include <sweet/node/round_trip.hpp>
#include <sweet/node/tls/tls_context.hpp>
#include <sweet/node/wire/proof.hpp>

#include <iostream>
#include <string>
#include <vector>

struct order {
  std::string article;
  std::vector<double> prices;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order& x) {
  return f(x.article, x.prices);
}

int main() {
  sweet::detail::wire::nonce once{};
  sweet::detail::wire::secure_random(once);
  if (sweet::make_certificate("/nowhere", "w1") ||
      !sweet::detail::tls::tls_context::from_secret("a secret of the cluster"))
    return 1;
  std::cout << (sweet::survives_round_trip(order{"tea", {2.5}}).is_ok() ? "survives\n"
                                                                        : "differs\n");
  return std::cout ? 0 : 1;
}
