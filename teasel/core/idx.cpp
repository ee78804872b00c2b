#include "teasel/core/idx.hpp"

#include <fmt/format.h>

#include <array>

#include "teasel/core/error.hpp"
#include "teasel/core/inflated_file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

std::optional<WireType> wire_type(std::byte code) {
  using Kind = WireType::Kind;
  switch (std::to_integer<int>(code)) {
    case 0x08:
      return WireType{Kind::unsigned_integer, 1, true};
    case 0x09:
      return WireType{Kind::signed_integer, 1, true};
    case 0x0b:
      return WireType{Kind::signed_integer, 2, true};
    case 0x0c:
      return WireType{Kind::signed_integer, 4, true};
    case 0x0d:
      return WireType{Kind::real, 4, true};
    case 0x0e:
      return WireType{Kind::real, 8, true};
    default:
      return {};
  }
}

bool begins_well(const std::array<std::byte, 4>& magic, size_t count) {
  return count == 4 && magic[0] == std::byte{0} && magic[1] == std::byte{0} && wire_type(magic[2]) &&
         magic[3] != std::byte{0};
}

}  // namespace

Array read_idx(const std::filesystem::path& path) {
  InflatedFile file(path);
  const auto fail = [&](const std::string& reason) {
    throw Error(fmt::format("{} is no whole idx file: {}", file.where(), reason),
                "Check that it is the file you meant, or fetch it again.");
  };
  std::array<std::byte, 4> magic{};
  const size_t begun = file.read(magic);
  if (!begins_well(magic, begun)) fail("it does not begin with two zero bytes, a type and a number of dimensions");
  std::vector<int64_t> shape;
  for (int d = 0; d < std::to_integer<int>(magic[3]); ++d) {
    std::array<std::byte, 4> extent{};
    if (file.read(extent) != 4) fail("it ends within its header");
    uint32_t number = 0;
    for (std::byte byte : extent) number = number << 8 | std::to_integer<uint32_t>(byte);
    shape.push_back(number);
  }
  const WireType type = *wire_type(magic[2]);
  const auto elements = checked_elements(shape, type.width, file.most());
  if (!elements) fail(fmt::format("its header promises the shape ({}), more than it can hold", fmt::join(shape, ", ")));
  std::vector<std::byte> raw(static_cast<size_t>(*elements * type.width));
  if (const size_t count = file.read(raw); count < raw.size())
    fail(fmt::format("its header promises the shape ({}), and {} bytes are missing", fmt::join(shape, ", "),
                     raw.size() - count));
  std::byte more;
  if (file.read({&more, 1}) != 0)
    fail(fmt::format("it is longer than its header says: the shape ({})", fmt::join(shape, ", ")));
  return from_wire(std::move(raw), type, std::move(shape), file.where());
}

bool is_idx(const std::filesystem::path& path) {
  try {
    InflatedFile file(path);
    std::array<std::byte, 4> magic{};
    const size_t count = file.read(magic);
    return begins_well(magic, count);
  } catch (const Error&) {
    return false;
  }
}

}  // namespace teasel
