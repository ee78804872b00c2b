#include "teasel/core/value.hpp"
#include "tests/fuzz/fuzz.hpp"

// run.json, metrics.jsonl and the counters of a checkpoint.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  fuzz::read_or_refuse([&] {
    const std::string written = to_json(parse_json(fuzz::text_of(data, size), "input.json"));
    fuzz::require(to_json(parse_json(written, "written.json")) == written, "what is written reads back the same");
  });
  return 0;
}
