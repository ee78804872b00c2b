#include "teasel/data/readers/numbered_pictures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "teasel/core/error.hpp"
#include "teasel/core/picture_file.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

constexpr int64_t portion = 256;  // pictures between two writes

// The number that a file's name is; -1 where it is none.
int64_t number_of(const std::string& name) {
  int64_t number = -1;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
  return read.ec == std::errc() && numbered_name(number) == name ? number : -1;
}

// The least number below `count` that no file of the folder has; `count` where they are all there.
int64_t first_missing(const fs::path& folder, int64_t count) {
  std::vector<bool> there(static_cast<size_t>(count));
  for (const auto& entry : fs::directory_iterator(folder))
    if (const int64_t number = number_of(entry.path().filename().string()); number >= 0 && number < count)
      there[static_cast<size_t>(number)] = true;
  return std::ranges::find(there, false) - there.begin();
}

void read_planes(const fs::path& file, int size, std::span<std::byte> out) {
  const Picture picture = read_picture(file);
  if (picture.width != picture.height)
    throw Error(fmt::format("'{}' has {}x{} pixels", file.string(), picture.width, picture.height),
                "The published pictures are square. Fetch the published files again.");
  const Picture made = to_rgb(picture.width == size ? picture : resized(picture, size, size, Filter::bicubic));
  to_planes(std::as_bytes(std::span(made.pixels)), 3, 1, out);
}

}  // namespace

std::string numbered_name(int64_t number) { return fmt::format("{:06}.png", number); }

fs::path find_numbered(const NumberedPictures& wanted, const std::string& path) {
  const std::string hint =
      fmt::format("Set data.path to the folder {}, or to its folder images. {}", wanted.archive, wanted.source);
  if (path.empty()) throw Error(fmt::format("data set '{}' needs the published pictures", wanted.set), hint);
  for (const fs::path& folder :
       {fs::path(path), fs::path(path) / "images", fs::path(path) / wanted.archive / "images"}) {
    if (!fs::exists(folder / numbered_name(0))) continue;
    const int64_t missing = first_missing(folder, wanted.count);
    if (missing < wanted.count)
      throw Error(fmt::format("'{}' has no {}; there should be {} pictures", folder.string(), numbered_name(missing),
                              wanted.count),
                  "Unpack the published archive again: the pictures are the whole grid of factors. A part of them is "
                  "read by the data set 'image_folder'.");
    return folder.has_filename() ? folder : folder.parent_path();  // without a slash at the end
  }
  throw Error(fmt::format("'{}' holds no {}", path, numbered_name(0)), hint);
}

void put_numbered(const fs::path& folder, int64_t count, int size, const PutItems& put, const ToldProgress& told) {
  const size_t bytes = size_t{3} * static_cast<size_t>(size) * static_cast<size_t>(size);
  std::vector<std::byte> planes(bytes * portion);
  for (int64_t first = 0; first < count; first += portion) {
    const int64_t taken = std::min(portion, count - first);
    std::exception_ptr failure;
#pragma omp parallel for schedule(dynamic, 8)
    for (int64_t i = 0; i < taken; ++i) {
      try {
        read_planes(folder / numbered_name(first + i), size,
                    std::span(planes).subspan(static_cast<size_t>(i) * bytes, bytes));
      } catch (...) {
#pragma omp critical
        failure = std::current_exception();
      }
    }
    if (failure) std::rethrow_exception(failure);
    put(first, std::span(planes).first(static_cast<size_t>(taken) * bytes));
    told(first + taken);
  }
}

}  // namespace teasel
