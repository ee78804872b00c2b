#include "teasel/core/array.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.npz");
  fuzz::read_or_refuse([&] {
    for (auto& [name, array] : read_npz(path))
      fuzz::require(array.bytes.size() == static_cast<size_t>(array.elements()) * size_of(array.type),
                    "shape and bytes agree");
  });
  return 0;
}
