// SPDX-FileCopyrightText: sweet contributors
// SPDX-License-Identifier: BSD-3-Clause

#include <sweet/node/tls/certificate_names.hpp>

#include <cstddef>

#include <sweet/node/tls/openssl_objects.hpp>

namespace sweet::inline v0_5::detail::tls {

std::vector<std::string> names_in(const x509_st& certificate) {
  std::vector<std::string> found;
  const owned_names all{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    int type = 0;
    const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(all.get(), i), &type);
    if (type != GEN_DNS)
      continue;
    const auto* text = static_cast<const ASN1_STRING*>(value);
    const unsigned char* const start = ASN1_STRING_get0_data(text);
    found.emplace_back(start, start + static_cast<std::size_t>(ASN1_STRING_length(text)));
  }
  return found;
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names)
    text += (text.empty() ? "\"" : ", \"") + name + '"';
  return text.empty() ? "nobody" : text;
}

} // namespace sweet::inline v0_5::detail::tls
