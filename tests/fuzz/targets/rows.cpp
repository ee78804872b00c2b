#include "teasel/core/rows.hpp"

#include <algorithm>

#include "tests/fuzz/fuzz.hpp"

// Arrays by ranges of rows, as data sets read npy and npz files: all rows from front to back, then the last one alone.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.rows");
  std::vector<ArrayInfo> arrays;
  fuzz::read_or_refuse([&] { arrays = list_arrays(path); });
  for (const ArrayInfo& info : arrays) {
    if (!info.type) continue;
    fuzz::read_or_refuse([&] {
      const auto rows = open_rows(path, info.name);
      fuzz::require(rows->type() == *info.type && rows->shape() == info.shape, "an array is as it was listed");
      const Array array = read_all(*rows);
      if (array.bytes.empty()) return;
      const auto row = static_cast<size_t>(rows->row_bytes());
      std::vector<std::byte> last(row);
      rows->read(rows->rows() - 1, 1, last);
      fuzz::require(std::equal(last.begin(), last.end(), array.bytes.end() - static_cast<std::ptrdiff_t>(row)),
                    "a row is the same alone");
      fuzz::require(rows->mapped().empty() || rows->mapped().size() == array.bytes.size(), "all of it is mapped");
    });
  }
  return 0;
}
