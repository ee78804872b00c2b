// NumPy's npy format, versions 1.0 to 3.0 (numpy.lib.format, "The .npy format"): magic, version, length of the header,
// the header (a Python dictionary with descr, fortran_order and shape), the elements.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "teasel/core/array.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr uint32_t longest_header = 1 << 20;

// Reads the header's dictionary. Python's grammar is far larger; this is the part that NumPy writes.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& where) : text_(text), where_(where) {}

  NpyHeader parse() {
    NpyHeader header;
    bool descr = false, order = false, shape = false;
    expect('{');
    while (!accept('}')) {
      std::string key = text();
      expect(':');
      if (key == "descr" && !descr)
        descr = true, read_type(header);
      else if (key == "fortran_order" && !order)
        order = true, header.fortran_order = truth();
      else if (key == "shape" && !shape)
        shape = true, header.shape = extents();
      else
        fail(fmt::format("unexpected key '{}'", key));
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    if (!descr || !order || !shape) fail("descr, fortran_order or shape is missing");
    return header;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) {
    throw Error(fmt::format("{}: the npy header cannot be read: {}", where_, reason),
                "Write the file again with numpy.save.");
  }
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  bool accept(char wanted) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail(fmt::format("'{}' expected at character {}", wanted, at_));
  }
  bool accept_word(std::string_view word) {
    skip_space();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  std::string text() {
    skip_space();
    char quote = at_ < text_.size() ? text_[at_] : ' ';
    size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail(fmt::format("a text expected at character {}", at_));
    std::string out(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return out;
  }
  bool truth() {
    if (accept_word("True")) return true;
    if (accept_word("False")) return false;
    fail("fortran_order is neither True nor False");
  }
  std::vector<int64_t> extents() {
    std::vector<int64_t> out;
    expect('(');
    while (!accept(')')) {
      skip_space();
      int64_t extent = 0;
      auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), extent);
      if (error != std::errc() || extent < 0) fail("shape is no tuple of whole numbers");
      at_ = static_cast<size_t>(end - text_.data());
      accept_word("L");  // Python 2 wrote long integers so
      out.push_back(extent);
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return out;
  }
  void read_type(NpyHeader& header) {
    skip_space();
    if (text_.substr(at_).starts_with('[') || text_.substr(at_).starts_with('('))
      throw Error(fmt::format("{} holds records (a structured dtype), which teasel does not read", where_),
                  "Store each field of the records as an array of its own.");
    std::string descr = text();
    if (descr.size() >= 2 && descr[1] == 'O') {
      header.pickled = true;
      return;
    }
    if (auto type = wire_type(descr)) {
      header.type = *type;
      return;
    }
    throw Error(fmt::format("{} has the dtype '{}', which teasel does not read", where_, descr),
                "Known: bool, signed and unsigned integers of 8 to 64 bits, floats of 16 to 64 bits. Convert with "
                "array.astype.");
  }
  static std::optional<WireType> wire_type(std::string_view descr) {
    if (descr.size() != 3) return {};
    char order = descr[0], kind = descr[1];
    int width = descr[2] - '0';
    if (!strchr("<>=|", order) || (width != 1 && width != 2 && width != 4 && width != 8)) return {};
    WireType type{WireType::Kind::real, width, order == '>'};
    if (kind == 'b' && width == 1)
      type.kind = WireType::Kind::boolean;
    else if (kind == 'i')
      type.kind = WireType::Kind::signed_integer;
    else if (kind == 'u')
      type.kind = WireType::Kind::unsigned_integer;
    else if (kind != 'f' || width == 1)
      return {};
    return type;
  }

  std::string_view text_;
  const std::string& where_;
  size_t at_ = 0;
};

std::string_view descr_of(ArrayType type) {
  switch (type) {
    case ArrayType::u8:
      return "|u1";
    case ArrayType::i8:
      return "|i1";
    case ArrayType::i32:
      return "<i4";
    case ArrayType::i64:
      return "<i8";
    case ArrayType::f32:
      return "<f4";
    case ArrayType::f64:
      return "<f8";
    case ArrayType::boolean:
      return "|b1";
  }
  throw std::invalid_argument("no such ArrayType");
}

}  // namespace

NpyHeader read_npy_header(ByteSource& source) {
  std::array<unsigned char, 8> start{};
  auto fail = [&](const std::string& reason) {
    throw Error(fmt::format("{} is no npy file: {}", source.where, reason),
                "Write it with numpy.save, or check that this is the file you meant.");
  };
  if (source.left < 10) fail(fmt::format("it has only {} bytes", source.left));
  source.read(std::as_writable_bytes(std::span(start)));
  if (std::memcmp(start.data(), magic.data(), magic.size()) != 0) fail("it does not begin with '\\x93NUMPY'");
  if (start[6] < 1 || start[6] > 3)
    fail(fmt::format("its version is {}.{}, and 1.0 to 3.0 are known", start[6], start[7]));
  std::array<unsigned char, 4> size{};
  source.read(std::as_writable_bytes(std::span(size).first(start[6] == 1 ? 2 : 4)));
  uint32_t length = size[0] | size[1] << 8 | size[2] << 16 | static_cast<uint32_t>(size[3]) << 24;
  if (length > longest_header) fail(fmt::format("its header is said to have {} bytes", length));
  std::string text(std::min<int64_t>(length, source.left), ' ');
  if (text.size() < length) fail("it ends within its header");
  source.read(std::as_writable_bytes(std::span(text)));
  return HeaderParser(text, source.where).parse();
}

Array read_npy_body(ByteSource& source, NpyHeader header) {
  if (header.pickled)
    throw Error(fmt::format("{} holds pickled Python objects (dtype 'object')", source.where),
                "teasel reads numbers only: convert it in Python with array.astype and save it again.");
  auto count = checked_elements(header.shape, header.type.width, source.left);
  if (!count)
    throw Error(
        fmt::format("{} ends too early: its header promises the shape ({}) of {}-byte elements, and {} bytes follow",
                    source.where, fmt::join(header.shape, ", "), header.type.width, source.left),
        "The file was cut off or damaged on the way: fetch or write it again.");
  std::vector<std::byte> raw(static_cast<size_t>(*count) * header.type.width);
  source.read(raw);
  if (header.fortran_order && header.shape.size() > 1 && !raw.empty()) {
    std::vector<std::byte> sorted(raw.size());
    copy_row_major(raw, header.shape, static_cast<size_t>(header.type.width), 0, sorted);
    raw = std::move(sorted);
  }
  return from_wire(std::move(raw), header.type, std::move(header.shape), source.where);
}

void copy_row_major(std::span<const std::byte> raw, std::span<const int64_t> shape, size_t width, int64_t first,
                    std::span<std::byte> out) {
  std::vector<int64_t> index(shape.size()), stride(shape.size());
  int64_t step = 1, from = 0;
  for (size_t d = 0; d < shape.size(); ++d) stride[d] = step, step *= shape[d];
  for (size_t d = shape.size(); d-- > 0 && shape[d] > 0; first /= shape[d]) {
    index[d] = first % shape[d];
    from += index[d] * stride[d];
  }
  for (size_t to = 0; to < out.size(); to += width) {
    std::memcpy(out.data() + to, raw.data() + static_cast<size_t>(from) * width, width);
    for (size_t d = shape.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < shape[d]) break;
      from -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
}

std::string npy_header(ArrayType type, std::span<const int64_t> extents) {
  std::string shape = fmt::format("{}", fmt::join(extents, ", "));
  if (extents.size() == 1) shape += ',';
  std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", descr_of(type), shape);
  constexpr size_t fixed = 10;  // magic, version, length
  text.append(63 - (fixed + text.size()) % 64, ' ');
  text += '\n';
  if (text.size() > UINT16_MAX) throw std::invalid_argument("an array has too many dimensions for an npy file");
  std::string header(magic);
  header += '\x01';
  header += '\x00';
  header += static_cast<char>(text.size() & 255);
  header += static_cast<char>(text.size() >> 8);
  return header + text;
}

Array read_npy(const std::filesystem::path& path) {
  ByteSource source = open_source(path);
  NpyHeader header = read_npy_header(source);
  return read_npy_body(source, std::move(header));
}

void write_npy(const std::filesystem::path& path, const Array& array) {
  check_consistent(array);
  const std::string header = npy_header(array.type, array.shape);
  write_file(path, [&](std::FILE* file) {
    put(file, std::as_bytes(std::span(header)));
    put(file, array.bytes);
  });
}

}  // namespace teasel
