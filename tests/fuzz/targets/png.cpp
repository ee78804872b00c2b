#include <zlib.h>

#include <vector>

#include "teasel/core/picture.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

void read(std::span<const uint8_t> bytes) {
  using namespace teasel;
  const auto path = fuzz::file_of(bytes, "input.png");
  fuzz::read_or_refuse([&] {
    const Picture picture = read_png(path);
    fuzz::require(picture.pixels.size() ==
                      static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * picture.channels,
                  "size and pixels agree");
  });
}

uint32_t big_endian(const uint8_t* p) { return uint32_t{p[0]} << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

}  // namespace

// As it is; and with the check sum of every chunk set right, because libpng looks no further where one is wrong.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  read({data, size});
  std::vector<uint8_t> repaired(data, data + size);
  constexpr size_t around = 12;  // length, type, check sum
  for (size_t at = 8; at + around <= size;) {
    const size_t length = big_endian(data + at);
    if (length > size - at - around) break;
    const auto sum = static_cast<uint32_t>(::crc32(0, data + at + 4, static_cast<uInt>(length + 4)));
    for (size_t i = 0; i < 4; ++i) repaired[at + 8 + length + i] = static_cast<uint8_t>(sum >> (24 - 8 * i));
    at += around + length;
  }
  read(repaired);
  return 0;
}
