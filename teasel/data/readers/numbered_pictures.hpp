// Published sets that are a folder of pictures named by their numbers in a grid of factors: 000000.png, 000001.png, ...
#pragma once
#include <filesystem>
#include <string>

#include "teasel/data/readers/image_cache.hpp"

namespace teasel {

struct NumberedPictures {
  std::string set;      // for messages
  std::string archive;  // the folder at the top of the published archive; pictures lie in its folder `images`
  int64_t count = 0;
  std::string source;  // a sentence: where it is published
};

// The name of a picture: its number in six digits.
std::string numbered_name(int64_t number);

// The folder of the pictures: `path` itself, `images` in it, or the archive's in it. Error where it is none of them, or
// where a picture is missing (the first that is).
std::filesystem::path find_numbered(const NumberedPictures& wanted, const std::string& path);

// Puts pictures 0..count-1 of the folder as planes of red, green and blue, `size` pixels each way; of another size they
// are made by bicubic resizing. Reads them on all processors. Error for one that is damaged or not square.
void put_numbered(const std::filesystem::path& folder, int64_t count, int size, const PutItems& put,
                  const ToldProgress& told);

}  // namespace teasel
