#include "teasel/core/picture_file.hpp"
#include "tests/fuzz/fuzz.hpp"

// A JPEG file: its header alone, and its pixels.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace teasel;
  const auto path = fuzz::file_of({data, size}, "input.jpg");
  PictureSize stated;
  fuzz::read_or_refuse([&] { stated = read_picture_size(path); });
  fuzz::read_or_refuse([&] {
    const Picture picture = read_picture(path);
    fuzz::require(
        picture.width == stated.width && picture.height == stated.height && picture.channels == stated.channels,
        "a picture is as its header says");
    fuzz::require(picture.pixels.size() ==
                      static_cast<size_t>(picture.width) * static_cast<size_t>(picture.height) * picture.channels,
                  "size and pixels agree");
  });
  return 0;
}
