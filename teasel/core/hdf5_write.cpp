// Writing HDF5 through libhdf5.
#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/hdf5_handle.hpp"
#include "teasel/core/rows.hpp"

namespace teasel {
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
  if (id < 0)
    throw Error(fmt::format("cannot write an HDF5 file: {}", last_hdf5_message()), "Is there room on the disk?");
  return id;
}

Hdf5Handle creation_properties(const RowSource& array, bool compress) {
  Hdf5Handle properties(made(H5Pcreate(H5P_DATASET_CREATE)), H5Pclose);
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
    const Hdf5Handle to(made(H5Dget_space(dataset)), H5Sclose);
    if (extent.empty()) {
      made(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data()));
      return;
    }
    start[0] = static_cast<hsize_t>(first), extent[0] = static_cast<hsize_t>(count);
    made(H5Sselect_hyperslab(to, H5S_SELECT_SET, start.data(), nullptr, extent.data(), nullptr));
    const Hdf5Handle from(made(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr)), H5Sclose);
    made(H5Dwrite(dataset, type, from, to, H5P_DEFAULT, buffer.data()));
  }
}

}  // namespace

void write_hdf5(const std::filesystem::path& path, const std::vector<RowSource>& arrays, bool compress) {
  write_file(path, [&](std::FILE* file) {
    const Hdf5Session session;
    // libhdf5 opens files by name only: this is the temporary file, which has the final name when it is whole.
    const std::string name = fmt::format("/proc/self/fd/{}", ::fileno(file));
    Hdf5Handle out(made(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)), H5Fclose);
    const Hdf5Handle groups(made(H5Pcreate(H5P_LINK_CREATE)), H5Pclose);
    made(H5Pset_create_intermediate_group(groups, 1));
    for (const RowSource& array : arrays) {
      const std::vector<hsize_t> extent(array.shape.begin(), array.shape.end());
      const Hdf5Handle space(extent.empty()
                                 ? made(H5Screate(H5S_SCALAR))
                                 : made(H5Screate_simple(static_cast<int>(extent.size()), extent.data(), nullptr)),
                             H5Sclose);
      const Hdf5Handle dataset(made(H5Dcreate2(out, array.name.c_str(), file_type(array.type), space, groups,
                                               creation_properties(array, compress), H5P_DEFAULT)),
                               H5Dclose);
      write_rows(dataset, array);
    }
    made(H5Fflush(out, H5F_SCOPE_GLOBAL));
  });
}

}  // namespace teasel
