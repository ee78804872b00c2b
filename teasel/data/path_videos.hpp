// Videos made of the images of a full grid: some factors stand still, others walk along paths of classes.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "teasel/data/grid_dataset.hpp"

namespace teasel {

// Class numbers, one a frame.
using FactorPath = std::vector<int64_t>;

// `numbers` again and again, for so many frames.
FactorPath cyclic(const std::vector<int64_t>& numbers, int64_t frames);
// `numbers` forwards and backwards, the two ends once each: 0 1 2 1 0 1 2 ...
FactorPath harmonic(const std::vector<int64_t>& numbers, int64_t frames);

// A factor of the videos that sets one of the images' factors.
struct VideoFactor {
  std::string name;
  std::string moves;              // the name of the images' factor
  std::vector<FactorPath> paths;  // one a class; a factor whose paths all stand still is static

  // Stands still at these classes.
  static VideoFactor still(std::string name, const std::vector<int64_t>& classes);
};

// Red, green and blue of each class of a factor `color`.
using Palette = std::vector<std::array<uint8_t, 3>>;

// All combinations of a palette's colours (the first factor, if there is one) and of the factors, in their order, the
// last fastest. An item is a video [T, C, H, W] of bytes. A dynamic factor's class, the number of its path, stands in
// every frame of the table of factors. The images' other factors are class 0. With a palette the images must be of
// bits: a white pixel takes the colour.
class PathVideos : public GridDataset {
 public:
  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const override;
  std::vector<int64_t> split(std::string_view name) const override;

 protected:
  PathVideos(std::string name, std::shared_ptr<const Dataset> images, int64_t frames, std::vector<VideoFactor> factors,
             Palette palette = {});
  // Adds a split. The items stay in this order.
  void add_split(std::string name, std::vector<int64_t> items) { splits_[std::move(name)] = std::move(items); }
  // Splits by combinations of the static factors, so that no test video shows what a training video showed with other
  // movements: shares of "train" and "validation", the rest "test"; a function of `seed`.
  void split_by_static_factors(double train, double validation, uint64_t seed);

 private:
  // The images' item of every frame.
  FactorPath frames_of(int64_t item) const;
  void paint(std::span<const std::byte> bits, const std::array<uint8_t, 3>& colour, std::byte* out) const;

  std::shared_ptr<const Dataset> images_;
  std::vector<VideoFactor> moves_;
  std::vector<int64_t> strides_;  // of the images' grid, one for each of moves_
  Palette palette_;
  std::map<std::string, std::vector<int64_t>, std::less<>> splits_;
};

// The images of a set by its name, for sets that are made of them.
std::shared_ptr<const Dataset> images_of(const char* name);

}  // namespace teasel
