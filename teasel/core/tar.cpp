#include "teasel/core/tar.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "teasel/core/error.hpp"
#include "teasel/core/inflated_file.hpp"

namespace teasel {
namespace {

constexpr size_t block_bytes = 512;
using Block = std::array<std::byte, block_bytes>;

[[noreturn]] void fail(const InflatedFile& file, const std::string& reason) {
  throw Error(fmt::format("{} is no whole tar archive: {}", file.where(), reason),
              "Check that it is the file you meant, or fetch it again.");
}

std::string_view text_at(const Block& block, size_t at, size_t length) {
  const std::string_view field(reinterpret_cast<const char*>(block.data()) + at, length);
  return field.substr(0, field.find('\0'));
}

// An octal number, padded with blanks.
std::optional<int64_t> number_at(const Block& block, size_t at, size_t length) {
  int64_t number = 0;
  for (char c : text_at(block, at, length)) {
    if (c == ' ') continue;
    if (c < '0' || c > '7') return {};
    number = number * 8 + (c - '0');
  }
  return number;
}

// The sum of the header's bytes, its own field taken as blanks.
bool sum_agrees(const Block& block) {
  int64_t sum = 0;
  for (size_t i = 0; i < block_bytes; ++i)
    sum += i >= 148 && i < 156 ? int64_t{' '} : std::to_integer<int64_t>(block[i]);
  return number_at(block, 148, 8) == sum;
}

std::string name_of(const Block& block) {
  const std::string_view name = text_at(block, 0, 100);
  const std::string_view prefix = text_at(block, 257, 5) == "ustar" ? text_at(block, 345, 155) : "";
  return prefix.empty() ? std::string(name) : fmt::format("{}/{}", prefix, name);
}

void skip(InflatedFile& file, int64_t bytes) {
  std::vector<std::byte> rest(static_cast<size_t>(std::min<int64_t>(bytes, 1 << 20)));
  while (bytes > 0) {
    const auto some = std::span(rest).first(static_cast<size_t>(std::min<int64_t>(bytes, 1 << 20)));
    if (file.read(some) != some.size()) fail(file, "it ends within a member");
    bytes -= static_cast<int64_t>(some.size());
  }
}

}  // namespace

void for_each_member(const std::filesystem::path& archive, const std::function<bool(const TarMember&)>& visit) {
  InflatedFile file(archive);
  for (Block block;;) {
    if (file.read(block) != block_bytes) fail(file, "it ends without an end mark");
    if (std::ranges::all_of(block, [](std::byte b) { return b == std::byte{0}; })) return;
    const auto size = number_at(block, 124, 12);
    if (!sum_agrees(block) || !size || *size > file.most()) fail(file, "a header is damaged");
    int64_t left = (*size + static_cast<int64_t>(block_bytes) - 1) / static_cast<int64_t>(block_bytes) *
                   static_cast<int64_t>(block_bytes);
    const auto read = [&] {
      std::vector<std::byte> content(static_cast<size_t>(*size));
      if (file.read(content) != content.size()) fail(file, "it ends within a member");
      left -= *size;
      return content;
    };
    const char kind = std::to_integer<char>(block[156]);
    if ((kind == '0' || kind == '\0') && !visit({name_of(block), *size, read})) return;
    skip(file, left);
  }
}

}  // namespace teasel
