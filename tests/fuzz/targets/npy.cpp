#include "teasel/core/array.hpp"
#include "tests/fuzz/fuzz.hpp"

// Any npy file, and what becomes of its elements on their way to codes and class numbers.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.npy");
  fuzz::read_or_refuse([&] {
    const Array array = read_npy(path);
    fuzz::require(array.bytes.size() == static_cast<size_t>(array.elements()) * size_of(array.type),
                  "shape and bytes agree");
    array.to_f32();
    array.to_i64();
  });
  return 0;
}
