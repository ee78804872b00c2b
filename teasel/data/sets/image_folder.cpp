// A folder of pictures (PNG, JPEG), with its subfolders, in the order of their names; factors from a csv file.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <map>
#include <mutex>

#include "teasel/core/mapped_file.hpp"
#include "teasel/core/picture_file.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/picture_folder.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/table_dataset.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> pictures_in(const fs::path& folder) {
  if (!fs::is_directory(folder))
    throw Error(fmt::format("'{}' is no folder", folder.string()), "data.path is the folder that holds the pictures.");
  std::vector<std::string> out = pictures_below(folder);
  if (out.empty())
    throw Error(fmt::format("'{}' holds no pictures", folder.string()),
                "Files that end in .png, .jpg or .jpeg are read.");
  return out;
}

class ImageFolder final : public TableDataset {
 public:
  struct Options {
    int64_t size = 0;
    bool crop = false;
    std::string colours = "auto", factors, file_column = "file";
    FactorOptions columns;
    void describe(Fields& f) {
      f.field("size", size, "side in pixels to which every picture is resized; 0: all have one size and keep it",
              between(0, 4096));
      f.field("crop", crop, "cut the largest square out of the middle before resizing");
      f.field("colours", colours, "auto: RGB where one of the pictures is", one_of({"auto", "grey", "rgb"}));
      f.field("factors", factors, "a csv file whose header names the factors; one row per picture");
      f.field("file_column", file_column, "its column that names the pictures, relative to the folder");
      columns.describe(f);
    }
  };

  ImageFolder(const Options& options, const Setup& setup) : options_(options), folder_(setup.path) {
    if (folder_.empty())
      throw Error("data set 'image_folder' needs a folder", "Set data.path to the folder that holds the pictures.");
    files_ = pictures_in(folder_);
    DataSpec spec;
    spec.name = "image_folder";
    spec.size = std::ssize(files_);
    spec.fields = {{"x", shape_of_all(), Dtype::u8}};
    ready_ = std::vector<std::atomic<bool>>(files_.size());
    pixels_ = std::make_unique<Scratch>(spec.size * spec.fields[0].bytes());
    set_up(std::move(spec), options.factors.empty() ? FactorTable() : read_table(),
           fmt::format("'{}'", options.factors));
  }

  // Every picture is decoded when it is first asked for, and kept as the field's bytes in scratch space: the first
  // epoch decodes, later ones copy. Of two threads that meet at one picture both decode and one writes.
  void gather(std::span<const int64_t> index, size_t field, Draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    const int64_t bytes = spec_.fields[0].bytes();
    for (size_t i = 0; i < index.size(); ++i) {
      const auto item = static_cast<size_t>(index[i]);
      if (!ready_[item].load(std::memory_order_acquire)) {
        const auto planes = decode(item);
        const std::lock_guard lock(writing_);
        if (!ready_[item].load(std::memory_order_relaxed)) {
          pixels_->write(index[i] * bytes, planes);
          ready_[item].store(true, std::memory_order_release);
        }
      }
      std::memcpy(out.data() + i * static_cast<size_t>(bytes), pixels_->bytes().data() + index[i] * bytes,
                  static_cast<size_t>(bytes));
    }
  }

 private:
  // Looks at every header, so that a picture that does not fit is met before the first step.
  std::vector<int64_t> shape_of_all() {
    PictureSize first;
    bool colour = false;
    for (const std::string& file : files_) {
      const PictureSize size = read_picture_size(fs::path(folder_) / file);
      if (first.width == 0) first = size;
      colour = colour || size.channels == 3;
      if (options_.size == 0 && (size.width != first.width || size.height != first.height))
        throw Error(fmt::format("'{}' has {} x {} pixels and '{}' {} x {}", files_[0], first.width, first.height, file,
                                size.width, size.height),
                    "Set data.size to the side that all pictures shall have, for example 64.");
    }
    channels_ = options_.colours == "rgb" || (options_.colours == "auto" && colour) ? 3 : 1;
    if (options_.size > 0) return {channels_, options_.size, options_.size};
    const int64_t side = std::min(first.width, first.height);
    return options_.crop ? std::vector<int64_t>{channels_, side, side}
                         : std::vector<int64_t>{channels_, first.height, first.width};
  }

  std::vector<std::byte> decode(size_t item) const {
    const fs::path path = fs::path(folder_) / files_[item];
    Picture picture = read_picture(path);
    if (options_.crop) picture = centre_square(picture);
    if (options_.size > 0) picture = resized(picture, static_cast<int>(options_.size), static_cast<int>(options_.size));
    picture = channels_ == 3 ? to_rgb(picture) : to_grey(picture);
    const auto& shape = spec_.fields[0].shape;
    if (picture.height != shape[1] || picture.width != shape[2])
      throw Error(fmt::format("'{}' has {} x {} pixels, and had others when the folder was opened", path.string(),
                              picture.width, picture.height),
                  "Leave the folder alone while it is in use.");
    std::vector<std::byte> planes(picture.pixels.size());
    to_planes(std::as_bytes(std::span(picture.pixels)), channels_, 1, planes);
    return planes;
  }

  FactorTable read_table() const {
    const Csv csv = read_csv(options_.factors);
    const size_t names = csv.column(options_.file_column);
    std::map<std::string, size_t> row_of;
    for (size_t i = 0; i < csv.rows.size(); ++i)
      if (!row_of.emplace(fs::path(csv.rows[i][names]).lexically_normal().generic_string(), i).second)
        throw Error(fmt::format("{}:{}: '{}' stands there twice", csv.where, csv.lines[i], csv.rows[i][names]),
                    "Give every picture one row.");
    std::vector<size_t> order;
    for (const std::string& file : files_) {
      const auto row = row_of.find(file);
      if (row == row_of.end())
        throw Error(
            fmt::format("{} has no row for '{}'", csv.where, file),
            fmt::format("The column '{}' names the pictures, relative to '{}'.", options_.file_column, folder_));
      order.push_back(row->second);
      row_of.erase(row);
    }
    if (!row_of.empty())
      throw Error(fmt::format("{}:{}: there is no picture '{}'", csv.where, csv.lines[row_of.begin()->second],
                              row_of.begin()->first),
                  fmt::format("Pictures are looked for in '{}'.", folder_));
    return factors_of(csv, {options_.file_column}, order, options_.columns);
  }

  Options options_;
  std::string folder_;
  std::vector<std::string> files_;
  int channels_ = 1;
  mutable std::vector<std::atomic<bool>> ready_;
  mutable std::mutex writing_;
  std::unique_ptr<Scratch> pixels_;
};

TEASEL_REGISTER(Dataset, ImageFolder,
                "your own pictures: a folder of PNG and JPEG files, with factors from a csv file where there is one");

}  // namespace
}  // namespace teasel
