#include <cstring>
#include <vector>

#include "teasel/core/array.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void read(std::span<const uint8_t> bytes) {
  using namespace teasel;
  const auto path = fuzz::file_of(bytes, "input.safetensors");
  fuzz::read_or_refuse([&] {
    const SafeTensors file = read_safetensors(path);
    fuzz::require(read_safetensors_metadata(path) == file.metadata, "both readers see one set of metadata");
    for (auto& [name, array] : file.tensors)
      fuzz::require(array.bytes.size() == static_cast<size_t>(array.elements()) * size_of(array.type),
                    "shape and bytes agree");
  });
}

}  // namespace

// As it is; and with the length of its header set right, so that changes in the header are seen by the JSON reader.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read({data, size});
  const auto* brace = size > 8 ? static_cast<const uint8_t*>(::memrchr(data + 8, '}', size - 8)) : nullptr;
  if (!brace) return 0;
  std::vector<uint8_t> repaired(data, data + size);
  const uint64_t length = static_cast<uint64_t>(brace - data) + 1 - 8;
  std::memcpy(repaired.data(), &length, sizeof length);
  read(repaired);
  return 0;
}
