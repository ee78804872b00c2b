// Arrays in files, read and written by ranges of rows, so that an array may be larger than memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "teasel/core/array.hpp"

namespace teasel {

// The kinds of file that hold numbered arrays, told by how they begin.
enum class ArrayFile { npy, npz, hdf5 };
std::string name_of(ArrayFile kind);
// Nothing where the file begins like none of them. Error where it cannot be read.
std::optional<ArrayFile> array_file_kind(const std::filesystem::path& path);

// One array of a file, without its elements.
struct ArrayInfo {
  std::string name;               // member of an npz archive, path in an HDF5 file ("latents/classes"); "" for npy
  std::optional<ArrayType> type;  // as it would be read; nothing where it cannot be
  std::string unreadable;         // then the reason: pickled objects, texts, records
  std::vector<int64_t> shape = {};
  bool damaged = false;  // unreadable because the file is not whole
};
// All arrays of an npy, npz or HDF5 file, in the order of the file (HDF5: by name). Error where it is none or damaged.
std::vector<ArrayInfo> list_arrays(const std::filesystem::path& path);

// An array in a file. A row is what one value of the first index selects; a scalar has one row. Reading is thread-safe.
class RowReader {
 public:
  virtual ~RowReader() = default;

  const std::string& where() const { return where_; }  // for messages
  ArrayType type() const { return type_; }
  const std::vector<int64_t>& shape() const { return shape_; }
  int64_t rows() const { return shape_.empty() ? 1 : shape_[0]; }
  int64_t row_elements() const { return row_elements_; }
  int64_t row_bytes() const { return row_elements() * static_cast<int64_t>(size_of(type_)); }
  int64_t bytes() const { return rows() * row_bytes(); }

  // Rows [first, first + count) as elements of type(), row-major; out.size() == count * row_bytes(). Error for damage
  // that comes to light, std::invalid_argument for rows that are not there.
  void read(int64_t first, int64_t count, std::span<std::byte> out) const;
  // Calls `visit(first row, rows of it)` for all rows from front to back in portions of about 4 MB, then verifies check
  // sums where the file has them.
  void for_each(const std::function<void(int64_t first, std::span<const std::byte> rows)>& visit) const;

  // Whether any row can be read without reading those before it.
  virtual bool random_access() const = 0;
  // All elements where the file lies mapped in memory as read() would give them; else empty.
  virtual std::span<const std::byte> mapped() const { return {}; }

 protected:
  RowReader(std::string where, ArrayType type, std::vector<int64_t> shape);

 private:
  virtual void read_rows(int64_t first, int64_t count, std::span<std::byte> out) const = 0;
  virtual void finish() const {}
  // Rows that are best read together: those of a chunk.
  virtual int64_t natural_portion() const { return 1; }

  std::string where_;
  ArrayType type_;
  std::vector<int64_t> shape_;
  int64_t row_elements_ = 0;
};

// Array `name` of an npy, npz or HDF5 file ("" where the file has one alone). npy files are mapped; members of archives
// are inflated as they are read, and going back starts anew; those that are stored as they are lie mapped as well.
// Types are widened as read_npy does.
std::unique_ptr<RowReader> open_rows(const std::filesystem::path& path, const std::string& name = {});
std::unique_ptr<RowReader> open_npy_rows(const std::filesystem::path& path);
std::unique_ptr<RowReader> open_npz_rows(const std::filesystem::path& path, const std::string& member);
std::unique_ptr<RowReader> open_hdf5_rows(const std::filesystem::path& path, const std::string& dataset);
std::vector<ArrayInfo> list_npz(const std::filesystem::path& path);
std::vector<ArrayInfo> list_hdf5(const std::filesystem::path& path);

// All rows in memory. Error where they are more than `most` bytes.
Array read_all(const RowReader& rows, int64_t most = int64_t{1} << 40);

// An array that is made as it is written: `fill` writes rows [first, first + count) to `out`, front to back.
struct RowSource {
  std::string name;
  ArrayType type = ArrayType::u8;
  std::vector<int64_t> shape;
  std::function<void(int64_t first, int64_t count, std::span<std::byte> out)> fill;
  std::vector<int64_t> chunk = {};  // HDF5: extents of a chunk; none: one chunk takes about 1 MB of rows

  static RowSource of(std::string name, const Array& array);  // `array` must outlive it
};
void write_npy(const std::filesystem::path& path, const RowSource& array);
// Members beyond 4 GiB make a zip64 archive, as numpy's. Equal arrays give equal bytes.
void write_npz(const std::filesystem::path& path, const std::vector<RowSource>& arrays, bool compress);
// Names may hold '/': groups are made. `compress`: deflate of each chunk, as h5py's "gzip". Equal arrays give equal
// bytes.
void write_hdf5(const std::filesystem::path& path, const std::vector<RowSource>& arrays, bool compress);

}  // namespace teasel
