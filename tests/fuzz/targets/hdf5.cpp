#include "teasel/core/rows.hpp"
#include "tests/fuzz/fuzz.hpp"

// An HDF5 file: what it lists, and one of its arrays, another one for another size of the file. (Every reading takes a
// process of its own, so all of them would take long.)
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.h5");
  std::vector<ArrayInfo> arrays;
  fuzz::read_or_refuse([&] { arrays = list_hdf5(path); });
  std::erase_if(arrays, [](auto& array) { return !array.type; });
  if (arrays.empty()) return 0;
  const ArrayInfo& info = arrays[size % arrays.size()];
  fuzz::read_or_refuse([&] {
    const auto rows = open_hdf5_rows(path, info.name);
    fuzz::require(rows->type() == *info.type && rows->shape() == info.shape, "an array is as it was listed");
    const Array array = read_all(*rows);
    fuzz::require(array.bytes.size() == static_cast<size_t>(array.elements()) * size_of(array.type),
                  "shape and bytes agree");
  });
  return 0;
}
