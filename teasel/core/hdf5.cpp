// HDF5 through libhdf5: reading data sets by rows, and the plain files that numpy's users exchange.
#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <utility>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {
namespace {

// A chunk is inflated whole, and its size is the file's claim.
constexpr int64_t largest_chunk = int64_t{256} << 20;
// Deflate codes at most 258 bytes in 2 bits (RFC 1951).
constexpr int64_t most_expansion = 1032;

// libhdf5 may be built without locks, and its handles are shared: one thread at a time. It prints errors on stderr
// unless told not to, which it keeps for each thread.
class Session {
 public:
  Session() : lock_(mutex()) {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~Session() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

 private:
  static std::recursive_mutex& mutex() {
    static std::recursive_mutex one;
    return one;
  }
  std::lock_guard<std::recursive_mutex> lock_;
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_), std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() {
    if (id_ < 0) return;
    const Session session;
    close_(id_);
  }
  operator hid_t() const { return id_; }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

// The innermost message of libhdf5's stack of errors.
std::string last_message() {
  std::string text;
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned depth, const H5E_error2_t* error, void* out) -> herr_t {
        if (depth == 0 && error->desc) *static_cast<std::string*>(out) = error->desc;
        return 0;
      },
      &text);
  return text.empty() ? "libhdf5 gives no reason" : text;
}

[[noreturn]] void fail(const std::string& where, const std::string& reason) {
  throw Error(fmt::format("cannot read {}: {}", where, reason),
              "The file was cut off or damaged on the way: fetch or write it again.");
}

Handle open_file(const std::filesystem::path& path) {
  open_source(path);  // its messages name what is wrong with the path
  Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (file < 0) {
    const std::string reason = last_message();  // the next call forgets it
    if (H5Fis_hdf5(path.c_str()) > 0) fail(fmt::format("'{}'", path.string()), reason);
    throw Error(fmt::format("'{}' is no HDF5 file", path.string()), "Write it with h5py, or fetch it again.");
  }
  return file;
}

// How the elements of a data set come into memory.
struct ElementType {
  std::optional<WireType> wire;
  hid_t memory = -1;
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
  if (rank > 0 && H5Sget_simple_extent_dims(space, extents.data(), nullptr) < 0) fail(where, last_message());
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
  if (H5Pget_chunk(layout, static_cast<int>(rank), chunk.data()) != static_cast<int>(rank)) fail(where, last_message());
  const std::vector<int64_t> extents(chunk.begin(), chunk.end());
  if (!checked_elements(extents, width, largest_chunk))
    fail(where,
         fmt::format("a chunk of ({}) elements is larger than {} MiB", fmt::join(extents, ", "), largest_chunk >> 20));
  return std::max<int64_t>(1, extents[0]);
}

class Hdf5Rows final : public RowReader {
 public:
  Hdf5Rows(Handle file, Handle dataset, const ElementType& element, std::vector<int64_t> shape, int64_t chunk_rows,
           const std::string& where)
      : RowReader(where, element.wire->array_type(), std::move(shape)),
        file_(std::move(file)),
        dataset_(std::move(dataset)),
        element_(element),
        chunk_rows_(chunk_rows) {}
  ~Hdf5Rows() override {
    const Session session;
    if (element_.wire->kind == WireType::Kind::boolean) H5Tclose(element_.memory);
  }

  bool random_access() const override { return true; }

 private:
  int64_t natural_portion() const override {
    constexpr int64_t most = int64_t{128} << 20;
    return std::clamp<int64_t>(most / std::max<int64_t>(1, row_bytes()), 1, chunk_rows_);
  }

  void read_rows(int64_t first, int64_t count, std::span<std::byte> out) const override {
    if (element_.wire->is_native()) return read_raw(first, count, out.data());
    std::vector<std::byte> raw(static_cast<size_t>(count * row_elements() * element_.wire->width));
    read_raw(first, count, raw.data());
    convert_wire(raw, *element_.wire, out, where());
  }

  void read_raw(int64_t first, int64_t count, std::byte* out) const {
    const Session session;
    if (shape().empty()) {
      if (H5Dread(dataset_, element_.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out) < 0) fail(where(), last_message());
      return;
    }
    std::vector<hsize_t> start(shape().size(), 0), extent(shape().begin(), shape().end());
    start[0] = static_cast<hsize_t>(first), extent[0] = static_cast<hsize_t>(count);
    const Handle from(H5Dget_space(dataset_), H5Sclose);
    const Handle to(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(from, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr) < 0 || to < 0 ||
        H5Dread(dataset_, element_.memory, to, from, H5P_DEFAULT, out) < 0)
      fail(where(), last_message());
  }

  Handle file_, dataset_;
  ElementType element_;
  int64_t chunk_rows_;
};

struct Listing {
  std::vector<ArrayInfo> arrays;
  std::exception_ptr failure;
};

herr_t visit_object(hid_t file, const char* name, const H5O_info_t* about, void* out) {
  auto& listing = *static_cast<Listing*>(out);
  if (about->type != H5O_TYPE_DATASET) return 0;
  try {
    const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
    if (dataset < 0) fail(fmt::format("'{}'", name), last_message());
    if (const Handle space(H5Dget_space(dataset), H5Sclose); H5Sget_simple_extent_type(space) == H5S_NULL) {
      listing.arrays.push_back({.name = name, .type = {}, .unreadable = "nothing: its data space is empty"});
      return 0;
    }
    const ElementType element = element_type(dataset);
    ArrayInfo info{name, {}, element.unreadable, extents_of(dataset, name)};
    if (element.wire) info.type = element.wire->array_type();
    if (element.wire && element.wire->kind == WireType::Kind::boolean) H5Tclose(element.memory);
    listing.arrays.push_back(std::move(info));
    return 0;
  } catch (...) {
    listing.failure = std::current_exception();
    return -1;
  }
}

}  // namespace

std::vector<ArrayInfo> list_hdf5(const std::filesystem::path& path) {
  const Session session;
  const Handle file = open_file(path);
  Listing listing;
  const herr_t status = H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit_object, &listing, H5O_INFO_BASIC);
  if (listing.failure) std::rethrow_exception(listing.failure);
  if (status < 0) fail(fmt::format("'{}'", path.string()), last_message());
  return std::move(listing.arrays);
}

std::unique_ptr<RowReader> open_hdf5_rows(const std::filesystem::path& path, const std::string& name) {
  const Session session;
  Handle file = open_file(path);
  const std::string where = fmt::format("data set '{}' of '{}'", name, path.string());
  Handle dataset(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (dataset < 0) fail(where, last_message());
  const ElementType element = element_type(dataset);
  if (!element.wire)
    throw Error(fmt::format("{} holds {}", where, element.unreadable), "Store numbers: integers, floats or booleans.");
  std::vector<int64_t> shape = extents_of(dataset, where);
  const int64_t chunk_rows = checked_chunk_rows(dataset, shape.size(), element.wire->width, where);
  const auto most = static_cast<int64_t>(std::min<uint64_t>(std::filesystem::file_size(path), INT64_MAX / 2048));
  if (!checked_elements(shape, element.wire->width, most * most_expansion))
    fail(where, fmt::format("the shape ({}) is promised, more than the file can hold", fmt::join(shape, ", ")));
  return std::make_unique<Hdf5Rows>(std::move(file), std::move(dataset), element, std::move(shape), chunk_rows, where);
}

// ---- writing ------------------------------------------------------------------------------------------------------

namespace {

hid_t file_type(ArrayType type) {
  switch (type) {
    case ArrayType::u8:
      return H5T_STD_U8LE;
    case ArrayType::i8:
      return H5T_STD_I8LE;
    case ArrayType::i32:
      return H5T_STD_I32LE;
    case ArrayType::i64:
      return H5T_STD_I64LE;
    case ArrayType::f32:
      return H5T_IEEE_F32LE;
    case ArrayType::f64:
      return H5T_IEEE_F64LE;
    case ArrayType::boolean:
      break;
  }
  throw std::invalid_argument("write_hdf5: no type of HDF5 for " + name_of(type));
}

// A negative handle is a failed write: a full disk, or a mistake of ours.
hid_t made(hid_t id) {
  if (id < 0) throw Error(fmt::format("cannot write an HDF5 file: {}", last_message()), "Is there room on the disk?");
  return id;
}

Handle creation_properties(const RowSource& array, bool compress) {
  Handle properties(made(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
  // Without the time of writing equal arrays give equal bytes.
  made(H5Pset_obj_track_times(properties, false));
  if (array.shape.empty() || std::ranges::find(array.shape, 0) != array.shape.end()) return properties;
  std::vector<hsize_t> chunk(array.chunk.begin(), array.chunk.end());
  if (chunk.empty()) {
    chunk.assign(array.shape.begin(), array.shape.end());
    auto row_bytes = static_cast<hsize_t>(size_of(array.type));
    for (size_t d = 1; d < chunk.size(); ++d) row_bytes *= chunk[d];
    chunk[0] = std::clamp<hsize_t>((1 << 20) / row_bytes, 1, chunk[0]);
  }
  made(H5Pset_chunk(properties, static_cast<int>(chunk.size()), chunk.data()));
  if (compress) made(H5Pset_deflate(properties, 4));  // h5py's level
  return properties;
}

void write_rows(hid_t dataset, const RowSource& array) {
  const hid_t type = file_type(array.type);  // little-endian, like the machine
  std::vector<hsize_t> extent(array.shape.begin(), array.shape.end()), start(extent.size(), 0);
  const int64_t rows = extent.empty() ? 1 : array.shape[0];
  auto row_bytes = static_cast<int64_t>(size_of(array.type));
  for (size_t d = 1; d < extent.size(); ++d) row_bytes *= array.shape[d];
  if (rows == 0 || row_bytes == 0) return;
  // Whole chunks at a time: a chunk that is written twice is deflated twice.
  const int64_t natural = array.chunk.empty() ? std::max<int64_t>(1, (1 << 20) / row_bytes) : array.chunk[0];
  const int64_t at_once = std::min(rows, std::max<int64_t>(1, (4 << 20) / row_bytes / natural) * natural);
  std::vector<std::byte> buffer(static_cast<size_t>(at_once * row_bytes));
  for (int64_t first = 0; first < rows; first += at_once) {
    const int64_t count = std::min(at_once, rows - first);
    array.fill(first, count, std::span(buffer).first(static_cast<size_t>(count * row_bytes)));
    const Handle to(made(H5Dget_space(dataset)), H5Sclose);
    if (extent.empty()) {
      made(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data()));
      return;
    }
    start[0] = static_cast<hsize_t>(first), extent[0] = static_cast<hsize_t>(count);
    made(H5Sselect_hyperslab(to, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
    const Handle from(made(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr)), H5Sclose);
    made(H5Dwrite(dataset, type, from, to, H5P_DEFAULT, buffer.data()));
  }
}

}  // namespace

void write_hdf5(const std::filesystem::path& path, const std::vector<RowSource>& arrays, bool compress) {
  write_file(path, [&](std::FILE* file) {
    const Session session;
    // libhdf5 opens files by name only: this is the temporary file, which has the final name when it is whole.
    const std::string name = fmt::format("/proc/self/fd/{}", ::fileno(file));
    Handle out(made(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)), H5Fclose);
    const Handle groups(made(H5Pcreate(H5P_LINK_CREATE)), H5Pclose);
    made(H5Pset_create_intermediate_group(groups, 1));
    for (const RowSource& array : arrays) {
      const std::vector<hsize_t> extent(array.shape.begin(), array.shape.end());
      const Handle space(extent.empty()
                             ? made(H5Screate(H5S_SCALAR))
                             : made(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr)),
                         H5Sclose);
      const Handle dataset(made(H5Dcreate2(out, array.name.c_str(), file_type(array.type), space, groups,
                                           creation_properties(array, compress), H5P_DEFAULT)),
                           H5Dclose);
      write_rows(dataset, array);
    }
    made(H5Fflush(out, H5F_SCOPE_GLOBAL));
  });
}

}  // namespace teasel
