#include "teasel/core/wire.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits.
float half_to_float(uint16_t bits) {
  int exponent = bits >> 10 & 31, fraction = bits & 1023;
  float magnitude = exponent == 31  ? (fraction ? std::nanf("") : INFINITY)
                    : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                    : std::ldexp(static_cast<float>(fraction + 1024), exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

// bfloat16: the upper half of a float.
float brain_to_float(uint16_t bits) { return std::bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

// Elements of type From in `raw`, each passed through `convert`, to `out` as elements of type To. Neither needs to be
// aligned: archives and mapped files put arrays anywhere.
template <class From, class To, class Convert>
void convert_all(std::span<const std::byte> raw, bool swapped, std::span<std::byte> out, Convert&& convert) {
  for (size_t i = 0; i < raw.size() / sizeof(From); ++i) {
    std::array<std::byte, sizeof(From)> bytes;
    std::memcpy(bytes.data(), raw.data() + i * sizeof(From), sizeof(From));
    if (swapped) std::ranges::reverse(bytes);
    const To to = convert(std::bit_cast<From>(bytes));
    std::memcpy(out.data() + i * sizeof(To), &to, sizeof(To));
  }
}

template <class T>
void copy_all(std::span<const std::byte> raw, bool swapped, std::span<std::byte> out) {
  if (swapped)
    convert_all<T, T>(raw, true, out, std::identity());
  else if (!raw.empty())
    std::memcpy(out.data(), raw.data(), raw.size());
}

int64_t fitting(uint64_t value, const std::string& where) {
  if (value > static_cast<uint64_t>(INT64_MAX))
    throw Error(fmt::format("{} holds {}, which is too large for a 64-bit signed number", where, value));
  return static_cast<int64_t>(value);
}

}  // namespace

ArrayType WireType::array_type() const {
  switch (kind) {
    case Kind::boolean:
      return ArrayType::boolean;
    case Kind::signed_integer:
      return width == 1 ? ArrayType::i8 : width <= 4 ? ArrayType::i32 : ArrayType::i64;
    case Kind::unsigned_integer:
      return width == 1 ? ArrayType::u8 : width == 2 ? ArrayType::i32 : ArrayType::i64;
    case Kind::real:
    case Kind::brain_real:
      return width <= 4 ? ArrayType::f32 : ArrayType::f64;
  }
  throw std::invalid_argument("no such WireType");
}

bool WireType::is_native() const {
  const bool too_large_for_i64 = kind == Kind::unsigned_integer && width == 8;
  return !(big_endian && width > 1) && kind != Kind::boolean && !too_large_for_i64 &&
         static_cast<size_t>(width) == size_of(array_type());
}

void convert_wire(std::span<const std::byte> raw, WireType type, std::span<std::byte> out, const std::string& where) {
  using Kind = WireType::Kind;
  const bool swapped = type.big_endian && type.width > 1;
  const bool half = type.width == 2;
  if (out.size() != raw.size() / type.width * size_of(type.array_type()))
    throw std::invalid_argument("convert_wire: the buffer does not hold the elements");
  if (type.kind == Kind::boolean)
    convert_all<uint8_t, uint8_t>(raw, false, out, [](uint8_t v) { return static_cast<uint8_t>(v != 0); });
  else if (type.kind == Kind::brain_real)
    convert_all<uint16_t, float>(raw, swapped, out, brain_to_float);
  else if (type.kind == Kind::real && half)
    convert_all<uint16_t, float>(raw, swapped, out, half_to_float);
  else if (type.kind == Kind::signed_integer && half)
    convert_all<int16_t, int32_t>(raw, swapped, out, std::identity());
  else if (type.kind == Kind::unsigned_integer && half)
    convert_all<uint16_t, int32_t>(raw, swapped, out, std::identity());
  else if (type.kind == Kind::unsigned_integer && type.width == 4)
    convert_all<uint32_t, int64_t>(raw, swapped, out, std::identity());
  else if (type.kind == Kind::unsigned_integer && type.width == 8)
    convert_all<uint64_t, int64_t>(raw, swapped, out, [&](uint64_t v) { return fitting(v, where); });
  else if (type.width == 1)
    copy_all<uint8_t>(raw, false, out);
  else if (type.width == 4)
    copy_all<uint32_t>(raw, swapped, out);
  else
    copy_all<uint64_t>(raw, swapped, out);
}

Array from_wire(std::vector<std::byte> raw, WireType type, std::vector<int64_t> shape, const std::string& where) {
  Array array{type.array_type(), std::move(shape), {}};
  if (type.is_native()) {
    array.bytes = std::move(raw);
  } else {
    array.bytes.resize(raw.size() / type.width * size_of(array.type));
    convert_wire(raw, type, array.bytes, where);
  }
  check_consistent(array);
  return array;
}

std::optional<int64_t> checked_elements(std::span<const int64_t> shape, int64_t width, int64_t most) {
  if (std::ranges::any_of(shape, [](int64_t extent) { return extent < 0; })) return {};
  if (std::ranges::find(shape, 0) != shape.end()) return 0;
  int64_t count = 1;
  for (int64_t extent : shape) {
    if (extent > most / width / count) return {};
    count *= extent;
  }
  return count * width <= most ? std::optional(count) : std::nullopt;
}

void ByteSource::read(std::span<std::byte> to) {
  if (static_cast<int64_t>(to.size()) > left)
    throw Error(fmt::format("{} ends too early: {} bytes are missing", where, static_cast<int64_t>(to.size()) - left),
                "The file was cut off or damaged on the way: fetch or write it again.");
  if (to.empty()) return;
  read_some(to);
  left -= static_cast<int64_t>(to.size());
}

void put(std::FILE* file, std::span<const std::byte> bytes) {
  if (!bytes.empty()) std::fwrite(bytes.data(), 1, bytes.size(), file);
}

ByteSource open_source(const std::filesystem::path& path) {
  std::string where = fmt::format("'{}'", path.string());
  std::shared_ptr<std::FILE> file(std::fopen(path.c_str(), "rbe"), [](std::FILE* f) {
    if (f) std::fclose(f);
  });
  if (!file)
    throw Error(fmt::format("cannot read {}: {}", where, std::strerror(errno)),
                errno == ENOENT ? "Check the path; it is relative to the folder where the program was started." : "");
  struct stat about {};
  if (::fstat(::fileno(file.get()), &about) != 0 || !S_ISREG(about.st_mode))
    throw Error(fmt::format("cannot read {}: it is no regular file", where), "Name the file itself.");
  auto read_some = [file, where](std::span<std::byte> to) {
    if (std::fread(to.data(), 1, to.size(), file.get()) != to.size())
      throw Error(fmt::format("cannot read {}: {}", where,
                              std::ferror(file.get()) ? std::strerror(errno) : "it became shorter while it was read"));
  };
  return {where, static_cast<int64_t>(about.st_size), read_some, [] {}};
}

}  // namespace teasel
