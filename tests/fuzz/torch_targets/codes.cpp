#include "teasel/explore/encode.hpp"
#include "teasel/metrics/metric.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

// Six items with two factors and three latents, as seeds/codes has them.
teasel::DataSpec spec() {
  teasel::DataSpec spec;
  spec.name = "six";
  spec.size = 6;
  spec.factors = {{.name = "a", .values = {0, 1}}, {.name = "b", .values = {0, 1, 2}}};
  return spec;
}

}  // namespace

// Cached codes, and the table that metrics make of them.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.safetensors");
  fuzz::read_or_refuse([&] {
    const auto codes = read_codes(path, "key", LatentLayout{{LatentBlock{.name = "z", .size = 3}}}, spec());
    if (!codes) return;
    const CodeTable table = pool(*codes);
    fuzz::require(table.z.size() == static_cast<size_t>(table.n * table.d), "as many codes as items and latents");
    fuzz::require(table.y.size() == static_cast<size_t>(table.n * table.k), "as many factors as items and factors");
  });
  return 0;
}
