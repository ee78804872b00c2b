#include "teasel/core/mat.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "teasel/core/error.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

using Bytes = std::span<const std::byte>;

// Types of data elements and classes of arrays, as the format numbers them.
enum Element : uint32_t { mi_int8 = 1, mi_int32 = 5, mi_uint32 = 6, mi_matrix = 14, mi_compressed = 15 };
constexpr uint32_t flag_complex = 0x0800;
constexpr size_t header_bytes = 128;
constexpr size_t longest_member = size_t{1} << 30;  // a deflated member is inflated whole, and its size is its claim

struct Tagged {
  uint32_t type = 0;
  Bytes data;
};

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(fmt::format("{} is no MATLAB file that is read: {}", where, reason),
              "Files of MATLAB 5 to 7.2 are read (save -v7); fetch it again where it was damaged.");
}

uint32_t number_at(Bytes bytes, size_t at) {
  uint32_t number;  // little-endian, like the machine
  std::memcpy(&number, bytes.data() + at, sizeof number);
  return number;
}

// Takes the next data element off `rest`. Elements begin at multiples of 8 bytes; deflated ones are not padded.
Tagged next_element(Bytes& rest, const std::string& where) {
  if (rest.size() < 8) fail(where, "it ends within the tag of an element");
  const uint32_t first = number_at(rest, 0);
  if (first >> 16) {  // a small element: length and type share a word, the data follows in the tag
    const size_t length = first >> 16;
    if (length > 4) fail(where, "a small element is longer than 4 bytes");
    const Tagged out{first & 0xffff, rest.subspan(4, length)};
    rest = rest.subspan(8);
    return out;
  }
  const size_t length = number_at(rest, 4);
  if (length > rest.size() - 8) fail(where, fmt::format("an element of {} bytes is cut off", length));
  const Tagged out{first, rest.subspan(8, length)};
  const size_t padded = first == mi_compressed ? length : (length + 7) / 8 * 8;
  rest = rest.subspan(std::min(rest.size(), 8 + padded));
  return out;
}

std::vector<std::byte> inflate_all(Bytes deflated, const std::string& where) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) throw std::bad_alloc();
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(deflated.data()));
  stream.avail_in = static_cast<uInt>(deflated.size());
  std::vector<std::byte> out;
  int code = Z_OK;
  while (code == Z_OK && out.size() < longest_member) {
    const size_t done = out.size();
    out.resize(done + (1 << 20));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream.avail_out = 1 << 20;
    code = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
    if (code == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;
  }
  inflateEnd(&stream);
  if (code != Z_STREAM_END) fail(where, "a deflated member is damaged, cut off or larger than 1 GiB");
  return out;
}

std::optional<WireType> wire_type_of_element(uint32_t type) {
  using Kind = WireType::Kind;
  switch (type) {
    case 1:
      return WireType{Kind::signed_integer, 1};
    case 2:
      return WireType{Kind::unsigned_integer, 1};
    case 3:
      return WireType{Kind::signed_integer, 2};
    case 4:
      return WireType{Kind::unsigned_integer, 2};
    case 5:
      return WireType{Kind::signed_integer, 4};
    case 6:
      return WireType{Kind::unsigned_integer, 4};
    case 7:
      return WireType{Kind::real, 4};
    case 9:
      return WireType{Kind::real, 8};
    case 12:
      return WireType{Kind::signed_integer, 8};
    case 13:
      return WireType{Kind::unsigned_integer, 8};
    default:
      return {};
  }
}

// The type of the elements of an array of this class.
std::optional<ArrayType> type_of_class(uint32_t array_class) {
  constexpr uint32_t first_numeric = 6;  // double, single, int8, uint8, int16, uint16, int32, uint32, int64, uint64
  constexpr std::array types{ArrayType::f64, ArrayType::f32, ArrayType::i8,  ArrayType::u8,  ArrayType::i32,
                             ArrayType::i32, ArrayType::i32, ArrayType::i64, ArrayType::i64, ArrayType::i64};
  if (array_class < first_numeric || array_class >= first_numeric + types.size()) return {};
  return types[array_class - first_numeric];
}

// Numbers that were stored in a smaller type than the class of their array.
std::vector<std::byte> widened(const Array& stored, ArrayType type) {
  const auto bytes_of = [](const auto& values) {
    const Bytes bytes = std::as_bytes(std::span(values));
    return std::vector<std::byte>(bytes.begin(), bytes.end());
  };
  switch (type) {
    case ArrayType::f64:
      return bytes_of(stored.to_f64());
    case ArrayType::f32:
      return bytes_of(stored.to_f32());
    case ArrayType::i64:
      return bytes_of(stored.to_i64());
    case ArrayType::i32: {
      const std::vector<int64_t> wide = stored.to_i64();
      return bytes_of(std::vector<int32_t>(wide.begin(), wide.end()));
    }
    default:
      return stored.bytes;
  }
}

// An array whose name is `name`, from the content of its element; nothing where it has another name.
std::optional<MatArray> read_matrix(Bytes rest, const std::string& name, const std::string& where) {
  const Tagged flags = next_element(rest, where), extents = next_element(rest, where), text = next_element(rest, where);
  if (flags.type != mi_uint32 || flags.data.size() < 8 || extents.type != mi_int32 || text.type != mi_int8)
    fail(where, "an array does not begin with flags, extents and a name");
  if (std::string_view(reinterpret_cast<const char*>(text.data.data()), text.data.size()) != name) return {};
  const auto type = type_of_class(number_at(flags.data, 0) & 0xff);
  if (!type || number_at(flags.data, 0) & flag_complex) fail(where, fmt::format("'{}' holds no real numbers", name));
  MatArray out{name, *type, {}, {}};
  for (size_t at = 0; at + 4 <= extents.data.size(); at += 4)
    out.shape.push_back(static_cast<int32_t>(number_at(extents.data, at)));
  const Tagged data = next_element(rest, where);
  const auto wire = wire_type_of_element(data.type);
  if (!wire) fail(where, fmt::format("the elements of '{}' are of no known type", name));
  const auto elements = checked_elements(out.shape, wire->width, static_cast<int64_t>(data.data.size()));
  if (!elements || *elements * wire->width != static_cast<int64_t>(data.data.size()))
    fail(where,
         fmt::format("'{}' has the shape ({}) and {} bytes", name, fmt::join(out.shape, ", "), data.data.size()));
  const Array stored = from_wire({data.data.begin(), data.data.end()}, *wire, {*elements}, where);
  out.bytes = stored.type == *type ? stored.bytes : widened(stored, *type);
  if (out.bytes.size() != static_cast<size_t>(*elements) * size_of(*type))
    fail(where, fmt::format("the elements of '{}' are stored in a wider type than its own", name));
  return out;
}

}  // namespace

MatArray read_mat(std::span<const std::byte> file, const std::string& name, const std::string& where) {
  if (file.size() < header_bytes) fail(where, fmt::format("it has only {} bytes", file.size()));
  const auto at = [&](size_t i) { return std::to_integer<char>(file[i]); };
  if (at(126) == 'M' && at(127) == 'I') fail(where, "its numbers are big-endian");
  if (at(126) != 'I' || at(127) != 'M') fail(where, "its header lacks the mark of the order of bytes");
  if (at(125) != 1) fail(where, fmt::format("it has version {}, where 1 is expected", static_cast<int>(at(125))));
  for (std::span<const std::byte> rest = file.subspan(header_bytes); !rest.empty();) {
    Tagged element = next_element(rest, where);
    std::vector<std::byte> inflated;
    if (element.type == mi_compressed) {
      inflated = inflate_all(element.data, where);
      Bytes inner = inflated;
      element = next_element(inner, where);
    }
    if (element.type != mi_matrix || element.data.empty()) continue;
    if (auto array = read_matrix(element.data, name, where)) return std::move(*array);
  }
  fail(where, fmt::format("it has no array '{}'", name));
}

}  // namespace teasel
