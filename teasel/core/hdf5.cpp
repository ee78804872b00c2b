// Reading HDF5 through libhdf5: data sets by rows, and the plain files that numpy's users exchange.
//
// libhdf5 believes what a damaged file says of itself: it may ask for terabytes, crash or never come back. So it reads
// in a child process with limits, one for each listing, opening and portion of rows, and this process sees bytes alone.
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <exception>
#include <string_view>
#include <utility>

#include "teasel/core/child_process.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/hdf5_handle.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;
using Handle = Hdf5Handle;

// A chunk is inflated whole, and its size is the file's claim.
constexpr int64_t largest_chunk = int64_t{256} << 20;
// Deflate codes at most 258 bytes in 2 bits (RFC 1951).
constexpr int64_t most_expansion = 1032;
// What libhdf5 may take beside chunks and rows: its caches of metadata hold up to 32 MiB.
constexpr int64_t own_memory = int64_t{64} << 20;

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(fmt::format("cannot read {}: {}", where, reason),
              "The file was cut off or damaged on the way: fetch or write it again.");
}

// More than the elements of a file of `size` bytes can take.
int64_t most_bytes(int64_t size) { return std::min<int64_t>(size, INT64_MAX / 2048) * most_expansion; }

// What a child sends: numbers and texts.
class Letter {
 public:
  Letter& operator<<(int64_t number) {
    text_.append(reinterpret_cast<const char*>(&number), sizeof number);
    return *this;
  }
  Letter& operator<<(const std::string& text) {
    *this << static_cast<int64_t>(text.size());
    text_ += text;
    return *this;
  }
  Letter& operator<<(const std::vector<int64_t>& numbers) {
    *this << static_cast<int64_t>(numbers.size());
    for (int64_t number : numbers) *this << number;
    return *this;
  }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

// Reads one; Error where it is none, which a child whose memory is damaged may send.
class LetterReader {
 public:
  LetterReader(std::string_view left, const std::string& where) : left_(left), where_(where) {}

  bool done() const { return left_.empty(); }
  int64_t number() {
    int64_t out = 0;
    std::memcpy(&out, take(sizeof out).data(), sizeof out);
    return out;
  }
  std::string text() { return std::string(take(number())); }
  std::vector<int64_t> numbers() {
    const int64_t count = number();
    const std::string_view bytes = take(count >= 0 && count <= std::ssize(left_) ? count * 8 : -1);
    std::vector<int64_t> out(bytes.size() / 8);
    if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
  }

 private:
  std::string_view take(int64_t count) {
    if (count < 0 || count > std::ssize(left_)) fail(where_, "it is damaged");
    const std::string_view out = left_.substr(0, static_cast<size_t>(count));
    left_.remove_prefix(out.size());
    return out;
  }
  std::string_view left_;
  const std::string& where_;
};

// What `work` returns, done in a child that may take own_memory, four chunks as large as the file may have them and
// three times the bytes that are asked for.
std::string in_child(const fs::path& path, const std::string& where, int64_t bytes,
                     const std::function<std::string()>& work) {
  const int64_t size = open_source(path).left;  // its messages name what is wrong with the path
  const Hdf5Session session;                    // nobody is within libhdf5 when the child begins
  H5open();
  const ChildLimits limits{own_memory + 4 * std::min(largest_chunk, most_bytes(size)) + 3 * bytes,
                           2 + (size >> 26) + (bytes >> 23)};
  ChildResult result = run_in_child(limits, work);
  if (!result.failure.empty()) fail(where, result.failure);
  return std::move(result.output);
}

// From here on, in the child.

Handle open_file(const fs::path& path) {
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (file < 0) {
    const std::string reason = last_hdf5_message();  // the next call forgets it
    if (H5Fis_hdf5(path.c_str()) > 0) fail(fmt::format("'{}'", path.string()), reason);
    throw Error(fmt::format("'{}' is no HDF5 file", path.string()), "Write it with h5py, or fetch it again.");
  }
  return file;
}

// How the elements of a data set come into memory.
struct ElementType {
  std::optional<WireType> wire;
  hid_t memory = -1;  // closed with the child
  std::string unreadable;
};

ElementType element_type(hid_t dataset) {
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const size_t width = H5Tget_size(type);
  using Kind = WireType::Kind;
  switch (H5Tget_class(type)) {
    case H5T_INTEGER: {
      const bool sign = H5Tget_sign(type) == H5T_SGN_2;
      const hid_t memory = width == 1   ? (sign ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8)
                           : width == 2 ? (sign ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16)
                           : width == 4 ? (sign ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32)
                           : width == 8 ? (sign ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64)
                                        : hid_t{-1};
      if (memory < 0) break;
      return {WireType{sign ? Kind::signed_integer : Kind::unsigned_integer, static_cast<int>(width)}, memory, ""};
    }
    case H5T_FLOAT:  // halves are widened by libhdf5
      if (width > 8) break;
      return {WireType{Kind::real, width == 8 ? 8 : 4}, width == 8 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT, ""};
    case H5T_ENUM: {  // h5py stores booleans as an enumeration of bytes
      if (width != 1) break;
      return {WireType{Kind::boolean, 1}, H5Tget_native_type(type, H5T_DIR_ASCEND), ""};
    }
    default:
      break;
  }
  return {{}, -1, "neither numbers nor booleans"};
}

std::vector<int64_t> extents_of(hid_t dataset, const std::string& where) {
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0 || H5Sget_simple_extent_type(space) == H5S_NULL) fail(where, "it has no shape");
  std::vector<hsize_t> extents(static_cast<size_t>(rank));
  if (rank > 0 && H5Sget_simple_extent_dims(space, extents.data(), nullptr) < 0) fail(where, last_hdf5_message());
  std::vector<int64_t> out;
  for (hsize_t extent : extents) {
    if (extent > static_cast<hsize_t>(INT64_MAX)) fail(where, "its shape is larger than any file");
    out.push_back(static_cast<int64_t>(extent));
  }
  return out;
}

// Rows of one chunk; 1 where the data set is in one piece.
int64_t checked_chunk_rows(hid_t dataset, size_t rank, int64_t width, const std::string& where) {
  const Handle layout(H5Dget_create_plist(dataset), H5Pclose);
  if (H5Pget_external_count(layout) > 0 || H5Pget_layout(layout) == H5D_VIRTUAL)
    fail(where, "its elements lie in other files");
  if (rank == 0 || H5Pget_layout(layout) != H5D_CHUNKED) return 1;
  std::vector<hsize_t> chunk(rank);
  if (H5Pget_chunk(layout, static_cast<int>(rank), chunk.data()) != static_cast<int>(rank))
    fail(where, last_hdf5_message());
  const std::vector<int64_t> extents(chunk.begin(), chunk.end());
  if (!checked_elements(extents, width, largest_chunk))
    fail(where,
         fmt::format("a chunk of ({}) elements is larger than {} MiB", fmt::join(extents, ", "), largest_chunk >> 20));
  return std::max<int64_t>(1, extents[0]);
}

// A data set that can be read.
struct Opened {
  Handle file, dataset;
  ElementType element;
  std::vector<int64_t> shape;
  int64_t chunk_rows = 1;
};

Opened open_dataset(const fs::path& path, const std::string& name, const std::string& where) {
  Opened out;
  out.file = open_file(path);
  out.dataset = Handle(H5Dopen2(out.file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (out.dataset < 0) fail(where, last_hdf5_message());
  out.element = element_type(out.dataset);
  if (!out.element.wire)
    throw Error(fmt::format("{} holds {}", where, out.element.unreadable),
                "Store numbers: integers, floats or booleans.");
  out.shape = extents_of(out.dataset, where);
  out.chunk_rows = checked_chunk_rows(out.dataset, out.shape.size(), out.element.wire->width, where);
  return out;
}

void read_raw(const Opened& from, int64_t first, int64_t count, void* out, const std::string& where) {
  if (from.shape.empty()) {
    if (H5Dread(from.dataset, from.element.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0)
      fail(where, last_hdf5_message());
    return;
  }
  std::vector<hsize_t> start(from.shape.size(), 0), extent(from.shape.begin(), from.shape.end());
  start[0] = static_cast<hsize_t>(first), extent[0] = static_cast<hsize_t>(count);
  const Handle there(H5Dget_space(from.dataset), H5Sclose);
  const Handle here(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
  if (H5Sselect_hyperslab(there, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0 || here < 0 ||
      H5Dread(from.dataset, from.element.memory, here, there, H5P_DEFAULT, out) < 0)
    fail(where, last_hdf5_message());
}

struct Listing {
  Letter arrays;
  std::exception_ptr failure;
};

void describe(hid_t file, const char* name, Letter& out) {
  const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (dataset < 0) fail(fmt::format("'{}'", name), last_hdf5_message());
  if (const Handle space(H5Dget_space(dataset), H5Sclose); H5Sget_simple_extent_type(space) == H5S_NULL) {
    out << std::string(name) << int64_t{-1} << std::string("nothing: its data space is empty")
        << std::vector<int64_t>{};
    return;
  }
  const ElementType element = element_type(dataset);
  out << std::string(name) << (element.wire ? static_cast<int64_t>(element.wire->array_type()) : int64_t{-1})
      << element.unreadable << extents_of(dataset, fmt::format("'{}'", name));
}

herr_t visit_object(hid_t file, const char* name, const H5O_info_t* about, void* out) {
  auto& listing = *static_cast<Listing*>(out);
  try {
    if (about->type == H5O_TYPE_DATASET) describe(file, name, listing.arrays);
    return 0;
  } catch (...) {
    listing.failure = std::current_exception();
    return -1;
  }
}

std::string listing_of(const fs::path& path) {
  const Handle file = open_file(path);
  Listing listing;
  const herr_t status = H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &listing, H5O_INFO_BASIC);
  if (listing.failure) std::rethrow_exception(listing.failure);
  if (status < 0) fail(fmt::format("'{}'", path.string()), last_hdf5_message());
  return std::move(listing.arrays).text();
}

// And here in the parent again.

class Hdf5Rows final : public RowReader {
 public:
  Hdf5Rows(fs::path path, std::string name, WireType wire, std::vector<int64_t> shape, int64_t chunk_rows,
           const std::string& where)
      : RowReader(where, wire.array_type(), std::move(shape)),
        path_(std::move(path)),
        name_(std::move(name)),
        wire_(wire),
        chunk_rows_(chunk_rows) {}

  bool random_access() const override { return true; }

 private:
  int64_t natural_portion() const override {
    constexpr int64_t most = int64_t{128} << 20;
    return std::clamp<int64_t>(most / std::max<int64_t>(1, row_bytes()), 1, chunk_rows_);
  }

  void read_rows(int64_t first, int64_t count, std::span<std::byte> out) const override {
    const auto bytes = static_cast<size_t>(count * row_elements() * wire_.width);
    const std::string raw = in_child(path_, where(), static_cast<int64_t>(bytes), [&] {
      const Opened opened = open_dataset(path_, name_, where());
      if (opened.shape != shape() || opened.element.wire->kind != wire_.kind ||
          opened.element.wire->width != wire_.width)
        fail(where(), "it is another one than before");
      std::string rows(bytes, '\0');
      read_raw(opened, first, count, rows.data(), where());
      return rows;
    });
    if (raw.size() != bytes) fail(where(), "it is damaged");
    convert_wire(std::as_bytes(std::span(raw)), wire_, out, where());
  }

  fs::path path_;
  std::string name_;
  WireType wire_;
  int64_t chunk_rows_;
};

}  // namespace

std::vector<ArrayInfo> list_hdf5(const fs::path& path) {
  const std::string where = fmt::format("'{}'", path.string());
  const std::string listing = in_child(path, where, 0, [&] { return listing_of(path); });
  std::vector<ArrayInfo> out;
  for (LetterReader letter(listing, where); !letter.done();) {
    ArrayInfo info{.name = letter.text(), .type = {}, .unreadable = {}};
    const int64_t type = letter.number();
    if (type > static_cast<int64_t>(ArrayType::boolean)) fail(where, "it is damaged");
    if (type >= 0) info.type = static_cast<ArrayType>(type);
    info.unreadable = letter.text();
    info.shape = letter.numbers();
    out.push_back(std::move(info));
  }
  return out;
}

std::unique_ptr<RowReader> open_hdf5_rows(const fs::path& path, const std::string& name) {
  const std::string where = fmt::format("data set '{}' of '{}'", name, path.string());
  const std::string opened = in_child(path, where, 0, [&] {
    const Opened about = open_dataset(path, name, where);
    Letter letter;
    letter << static_cast<int64_t>(about.element.wire->kind) << about.element.wire->width << about.shape
           << about.chunk_rows;
    return std::move(letter).text();
  });
  LetterReader letter(opened, where);
  const int64_t kind = letter.number(), width = letter.number();
  std::vector<int64_t> shape = letter.numbers();
  const int64_t chunk_rows = letter.number();
  if (kind < 0 || kind > static_cast<int64_t>(WireType::Kind::real) ||
      std::popcount(static_cast<uint64_t>(width)) != 1 || width > 8 || chunk_rows < 1)
    fail(where, "it is damaged");
  if (!checked_elements(shape, width, most_bytes(static_cast<int64_t>(fs::file_size(path)))))
    fail(where, fmt::format("the shape ({}) is promised, more than the file can hold", fmt::join(shape, ", ")));
  const WireType wire{static_cast<WireType::Kind>(kind), static_cast<int>(width)};
  return std::make_unique<Hdf5Rows>(path, name, wire, std::move(shape), chunk_rows, where);
}

}  // namespace teasel
