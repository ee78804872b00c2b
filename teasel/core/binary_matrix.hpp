// The "binary matrix" format in which NORB and smallNORB are published.
#pragma once
#include <filesystem>
#include <vector>

#include "teasel/core/array.hpp"
#include "teasel/core/inflated_file.hpp"
#include "teasel/core/wire.hpp"

namespace teasel {

// A binary matrix (LeCun, Huang and Bottou 2004): a magic number that tells the type, the number of dimensions,
// max(3, dimensions) extents, all as little-endian 32-bit integers, then the elements row by row. Plain or gzipped.
// Opening reads the header; the elements are read from front to back. Error where the file is none, or promises more
// than it can hold.
class BinaryMatrix {
 public:
  explicit BinaryMatrix(const std::filesystem::path& path);

  const std::string& where() const { return file_.where(); }
  ArrayType type() const { return type_.array_type(); }
  const std::vector<int64_t>& shape() const { return shape_; }
  int64_t row_elements() const;

  // The next out.size() bytes of elements of one byte. Error where the file ends before.
  void read_next(std::span<std::byte> out);
  // All elements, where none was read yet. Error where there are fewer or more than the header says.
  Array read_all();
  // After the last element: Error where the file goes on.
  void expect_end();

 private:
  InflatedFile file_;
  WireType type_;
  std::vector<int64_t> shape_;
};

// Whether the file begins like one.
bool is_binary_matrix(const std::filesystem::path& path);

}  // namespace teasel
