// Does what its input names, so that the driver's watch is seen to work.
#include <csignal>
#include <stdexcept>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = teasel::fuzz::text_of(data, size);
  if (text.starts_with("crashes")) std::raise(SIGSEGV);
  if (text.starts_with("throws")) throw std::out_of_range("as it was asked to");
  if (text.starts_with("allocat")) std::vector<char>(size_t{2} << 30).at(size) = 1;
  for (volatile bool forever = text.starts_with("hangs"); forever;) {
  }
  return 0;
}
