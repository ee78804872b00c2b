#include "teasel/core/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>
#include <vector>

#include "teasel/core/wire.hpp"

namespace teasel {

std::string md5_of_file(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  bool fine = context && EVP_DigestInit_ex(context.get(), EVP_md5(), nullptr) == 1;
  std::vector<std::byte> buffer(1 << 20);
  while (fine && source.left > 0) {
    const auto some = std::span(buffer).first(static_cast<size_t>(std::min<int64_t>(source.left, 1 << 20)));
    source.read(some);
    fine = EVP_DigestUpdate(context.get(), some.data(), some.size()) == 1;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!fine || EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1)
    throw std::runtime_error("MD5 is not available in this OpenSSL");
  std::string out;
  for (unsigned i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

}  // namespace teasel
