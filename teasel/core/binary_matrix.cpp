#include "teasel/core/binary_matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

constexpr int32_t most_dimensions = 8;

std::optional<WireType> wire_type(uint32_t magic) {
  using Kind = WireType::Kind;
  switch (magic) {
    case 0x1E3D4C51:
      return WireType{Kind::real, 4};
    case 0x1E3D4C53:
      return WireType{Kind::real, 8};
    case 0x1E3D4C54:
      return WireType{Kind::signed_integer, 4};
    case 0x1E3D4C55:
      return WireType{Kind::unsigned_integer, 1};
    case 0x1E3D4C56:
      return WireType{Kind::signed_integer, 2};
    default:
      return {};
  }
}

// The next number of the header, or nothing where the file ends.
std::optional<int32_t> read_number(InflatedFile& file) {
  int32_t number = 0;  // little-endian, like the machine
  if (file.read(std::as_writable_bytes(std::span(&number, 1))) != sizeof number) return {};
  return number;
}

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(fmt::format("{} is no whole binary matrix: {}", where, reason),
              "Check that it is the file you meant, or fetch it again.");
}

}  // namespace

BinaryMatrix::BinaryMatrix(const std::filesystem::path& path) : file_(path) {
  const auto magic = read_number(file_), dimensions = read_number(file_);
  const auto type = magic ? wire_type(static_cast<uint32_t>(*magic)) : std::nullopt;
  if (!type) fail(where(), "it does not begin with a magic number of the format");
  type_ = *type;
  if (!dimensions || *dimensions < 0 || *dimensions > most_dimensions)
    fail(where(), fmt::format("it has no number of dimensions from 0 to {}", most_dimensions));
  for (int32_t d = 0; d < std::max(3, *dimensions); ++d) {
    const auto extent = read_number(file_);
    if (!extent) fail(where(), "it ends within its header");
    if (d < *dimensions) shape_.push_back(*extent);
  }
  if (!checked_elements(shape_, type_.width, file_.most()))
    fail(where(), fmt::format("its header promises the shape ({}), more than it can hold", fmt::join(shape_, ", ")));
}

int64_t BinaryMatrix::row_elements() const {
  int64_t count = 1;
  for (size_t d = 1; d < shape_.size(); ++d) count *= shape_[d];
  return count;
}

void BinaryMatrix::read_next(std::span<std::byte> out) {
  if (const size_t count = file_.read(out); count < out.size())
    fail(where(), fmt::format("its header promises the shape ({}), and it ends too early", fmt::join(shape_, ", ")));
}

Array BinaryMatrix::read_all() {
  const auto elements = *checked_elements(shape_, type_.width, file_.most());
  std::vector<std::byte> raw(static_cast<size_t>(elements * type_.width));
  read_next(raw);
  expect_end();
  return from_wire(std::move(raw), type_, shape_, where());
}

void BinaryMatrix::expect_end() {
  std::byte more;
  if (file_.read({&more, 1}) != 0)
    fail(where(), fmt::format("it is longer than its header says: the shape ({})", fmt::join(shape_, ", ")));
}

bool is_binary_matrix(const std::filesystem::path& path) {
  try {
    InflatedFile file(path);
    const auto magic = read_number(file);
    return magic && wire_type(static_cast<uint32_t>(*magic));
  } catch (const Error&) {
    return false;
  }
}

}  // namespace teasel
