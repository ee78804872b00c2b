#include "teasel/core/value.hpp"
#include "tests/fuzz/fuzz.hpp"

// A configuration, and each of its lines as the argument of --set.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::read_or_refuse([&] {
    const Value tree = parse_toml(text, "input.toml");
    const std::string written = to_toml(tree);
    fuzz::require(to_toml(parse_toml(written, "written.toml")) == written, "what is written reads back the same");
    to_json(tree);
  });
  fuzz::read_or_refuse([&] {
    Value root{Value::Table{}};
    apply_set(root, std::string(text.substr(0, text.find('\n'))));
  });
  return 0;
}
