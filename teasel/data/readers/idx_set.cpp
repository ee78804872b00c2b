#include "teasel/data/readers/idx_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "teasel/core/idx.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;
constexpr int64_t published_side = 28;

// Images and labels of one pair of files.
struct Part {
  Array images;
  std::vector<int64_t> labels;
};

Part read_part(const IdxPair& pair) {
  Part part{read_idx(pair.images), {}};
  const Array labels = read_idx(pair.labels);
  const auto expect = [](const Array& array, size_t dimensions, const std::string& file, const char* what) {
    if (array.type != ArrayType::u8 || array.shape.size() != dimensions)
      throw Error(fmt::format("'{}' holds {} of the shape ({}), where {} are expected", file, name_of(array.type),
                              fmt::join(array.shape, ", "), what),
                  "Are images and labels exchanged?");
  };
  expect(part.images, 3, pair.images, "images [N, height, width] of bytes");
  expect(labels, 1, pair.labels, "labels [N] of bytes");
  if (labels.shape[0] != part.images.shape[0])
    throw Error(fmt::format("'{}' has {} images and '{}' {} labels", pair.images, part.images.shape[0], pair.labels,
                            labels.shape[0]),
                "The two files belong to different splits, or one was cut off.");
  if (part.images.shape[1] != published_side || part.images.shape[2] != published_side)
    throw Error(fmt::format("'{}' has images of {} x {} pixels, where 28 x 28 are expected", pair.images,
                            part.images.shape[1], part.images.shape[2]),
                "Other images are read by the data sets 'arrays' and 'image_folder'.");
  part.labels = labels.to_i64();
  const auto wrong = std::ranges::find_if(part.labels, [](int64_t l) { return l > 9; });
  if (wrong != part.labels.end())
    throw Error(fmt::format("label {} of '{}' is {}, where 0 to 9 are expected", wrong - part.labels.begin(),
                            pair.labels, *wrong),
                "Is it the file of labels?");
  return part;
}

void append_pixels(std::vector<std::byte>& out, const Array& images, int64_t size) {
  Picture picture(published_side, published_side, 1);
  for (size_t at = 0; at < images.bytes.size(); at += picture.pixels.size()) {
    std::memcpy(picture.pixels.data(), images.bytes.data() + at, picture.pixels.size());
    const Picture scaled = resized(picture, static_cast<int>(size), static_cast<int>(size));
    const auto bytes = std::as_bytes(std::span(scaled.pixels));
    out.insert(out.end(), bytes.begin(), bytes.end());
  }
}

std::vector<IdxPair> pairs_of(const IdxSetOptions& options, const std::string& folder, const std::string& set) {
  if (options.images.empty() != options.labels.empty())
    throw Error(fmt::format("data set '{}': images and labels go together", set), "Give both files, or a folder.");
  if (!options.images.empty()) return {{options.images, options.labels}};
  if (folder.empty())
    throw Error(fmt::format("data set '{}' needs its files", set),
                "Set data.path to the folder with the four idx files (plain or .gz), or data.images and data.labels "
                "to one pair.");
  if (!fs::is_directory(folder))
    throw Error(fmt::format("'{}' is no folder", folder), "data.path is the folder that holds the idx files.");
  const IdxPair train = find_idx_pair(folder, "train"), test = find_idx_pair(folder, "t10k");
  std::vector<IdxPair> out;
  for (const IdxPair& pair : {train, test})
    if (!pair.images.empty()) out.push_back(pair);
  if (out.empty())
    throw Error(fmt::format("'{}' holds no idx files of '{}'", folder, set),
                "They are called train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and "
                "t10k-labels-idx1-ubyte, plain or with .gz.");
  return out;
}

std::string find_one(const std::string& folder, const std::string& split, const std::string& what) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const bool kind = name.find("idx3") != std::string::npos || name.find("idx1") != std::string::npos;
    if (name.starts_with(split) && name.find(what) != std::string::npos && kind) found.push_back(entry.path().string());
  }
  std::ranges::sort(found);
  // A file that was unpacked beside its archive is one file.
  if (found.size() == 2 && found[1] == found[0] + ".gz") found.pop_back();
  if (found.size() > 1)
    throw Error(fmt::format("several files could be the {} of '{}': {}", what, split, fmt::join(found, ", ")),
                "Set data.images and data.labels to the pair that is meant.");
  return found.empty() ? "" : found[0];
}

}  // namespace

void IdxSetOptions::describe(Fields& f) {
  f.field("images", images, "one idx file of images, plain or gzipped, instead of a folder with both splits");
  f.field("labels", labels, "the idx file of its labels");
  f.field("size", size, "side of the images in pixels: 28 as published, others by bilinear resizing", between(4, 512));
}

IdxPair find_idx_pair(const std::string& folder, const std::string& split) {
  const IdxPair pair{find_one(folder, split, "images"), find_one(folder, split, "labels")};
  if (pair.images.empty() != pair.labels.empty())
    throw Error(fmt::format("'{}' has only the {} of '{}'", folder, pair.images.empty() ? "labels" : "images", split),
                "Put the other idx file beside it.");
  return pair;
}

IdxSet::IdxSet(const IdxSetOptions& options, const Setup& setup, const IdxSetNames& names) {
  const auto pairs = pairs_of(options, setup.path, names.set);
  DataSpec spec;
  spec.name = names.set;
  spec.fields = {{"x", {1, options.size, options.size}, Dtype::u8}};
  FactorTable table;
  table.factors = {{.name = names.factor, .scale = FactorSpec::Scale::categorical}};
  table.factors[0].values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  std::optional<int64_t> test_begin;
  for (const IdxPair& pair : pairs) {
    const Part part = read_part(pair);
    if (pairs.size() == 2 && spec.size > 0) test_begin = spec.size;
    spec.size += part.images.shape[0];
    append_pixels(pixels_, part.images, options.size);
    table.numbers.insert(table.numbers.end(), part.labels.begin(), part.labels.end());
  }
  if (spec.size == 0) throw Error(fmt::format("'{}' holds no images", pairs[0].images), "Is it the right file?");
  set_up(std::move(spec), std::move(table), pairs[0].labels, test_begin);
}

void IdxSet::gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const {
  check_gather(spec_, index, field, out);
  const auto bytes = static_cast<size_t>(spec_.fields[0].bytes());
  for (size_t i = 0; i < index.size(); ++i)
    std::memcpy(out.data() + i * bytes, pixels_.data() + static_cast<size_t>(index[i]) * bytes, bytes);
}

}  // namespace teasel
