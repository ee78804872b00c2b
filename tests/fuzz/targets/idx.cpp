#include "teasel/core/idx.hpp"

#include "tests/fuzz/fuzz.hpp"

// An idx file, plain or gzipped.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.idx");
  const bool begins_well = is_idx(path);
  fuzz::read_or_refuse([&] {
    const Array array = read_idx(path);
    fuzz::require(begins_well, "what is read is told by its first bytes");
    fuzz::require(array.bytes.size() == static_cast<size_t>(array.elements()) * size_of(array.type),
                  "shape and bytes agree");
  });
  return 0;
}
