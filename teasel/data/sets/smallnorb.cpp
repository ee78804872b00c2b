// smallNORB (LeCun, Huang and Bottou 2004): grey photographs of 50 toys of 5 categories under 6 lights, 9 elevations
// and 18 azimuths, 96x96 pixels, by two cameras. The published training half has five instances of each category, the
// other half the other five; together they are a full grid: category, instance, elevation, azimuth, lighting, the last
// fastest.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <set>

#include "teasel/core/error.hpp"
#include "teasel/data/grid.hpp"
#include "teasel/data/pixels.hpp"
#include "teasel/data/readers/image_cache.hpp"
#include "teasel/data/readers/smallnorb_files.hpp"
#include "teasel/data/readers/stored_grid.hpp"

namespace teasel {
namespace {

// One half, with the item that each of its images becomes.
struct Half {
  SmallnorbFiles files;
  std::vector<SmallnorbLabels> labels;
  std::vector<int64_t> items;
};

// The factors of these images; their classes are the numbers that occur.
std::vector<FactorSpec> factors_of(const std::vector<Half>& halves) {
  std::vector<FactorSpec> factors;
  for (size_t k = 0; k < smallnorb_labels.size(); ++k) {
    std::set<int64_t> numbers;
    for (const Half& half : halves)
      for (const SmallnorbLabels& labels : half.labels) numbers.insert(labels[k]);
    factors.push_back({.name = smallnorb_labels[k], .values = {numbers.begin(), numbers.end()}});
  }
  factors[3].cyclic = true;
  for (size_t kind : {0u, 1u, 4u}) factors[kind].scale = FactorSpec::Scale::categorical;
  return factors;
}

// Finds the item of every image; each must be there once.
void place(std::vector<Half>& halves, const DataSpec& spec) {
  std::set<int64_t> taken;
  size_t images = 0;
  for (Half& half : halves) {
    images += half.labels.size();
    for (const SmallnorbLabels& labels : half.labels) {
      std::vector<float> numbers;
      for (size_t k = 0; k < labels.size(); ++k) {
        const auto& values = spec.factors[k].values;
        numbers.push_back(
            static_cast<float>(std::ranges::find(values, static_cast<double>(labels[k])) - values.begin()));
      }
      half.items.push_back(grid_item(spec.factors, numbers).value());
      taken.insert(half.items.back());
    }
  }
  if (static_cast<int64_t>(images) != spec.size || std::ssize(taken) != spec.size)
    throw Error(fmt::format("'{}' and the other labels describe {} images, {} of them different, where a full grid has "
                            "{}",
                            halves[0].files.labels.string(), images, taken.size(), spec.size),
                "A file was cut off or belongs to another half: fetch it again.");
}

// The published files, or files of the same layout with fewer classes.
class Smallnorb final : public StoredGrid {
 public:
  struct Options {
    int64_t size = 64;
    std::string halves = "both", camera = "first", cache;
    void describe(Fields& f) {
      f.field("halves", halves,
              "both: all 48,600 images, the published testing half being the split \"test\"; or one of them alone",
              one_of({"both", "training", "testing"}));
      f.field("camera", camera, "which image of a stereo pair", one_of({"first", "second"}));
      f.field("size", size, "side of the images in pixels: 96 as published, others by Lanczos resizing",
              between(8, 512));
      describe_cache(f, cache, "199 MB for both halves at 64 pixels");
    }
  };

  Smallnorb(const Options& options, const Setup& setup) {
    if (setup.path.empty())
      throw Error("data set 'smallnorb' needs its published files",
                  "Set data.path to the folder with smallnorb-5x46789x9x18x6x2x96x96-training-dat.mat and the five "
                  "others, plain or with .gz.");
    std::vector<Half> halves;
    for (const char* name : {"training", "testing"})
      if (options.halves == "both" || options.halves == name) {
        const SmallnorbFiles files = find_smallnorb(setup.path, name);
        halves.push_back({files, read_smallnorb_labels(files), {}});
      }
    DataSpec spec = grid_of_images("smallnorb", {1, options.size, options.size}, factors_of(halves));
    place(halves, spec);
    if (halves.size() == 2) test_ = halves[1].items;
    std::ranges::sort(test_);
    auto cache = std::make_shared<ImageCache>(
        plan_of(options, halves, setup.path, spec.size),
        [&](const PutItems& put, const ToldProgress& told) { convert(options, halves, put, told); });
    set_up(std::move(spec), {cache, cache->bytes(), false});
  }

  std::vector<int64_t> split(std::string_view name) const override {
    if (name == "all" || test_.empty()) return Dataset::split(name);
    if (name == "test") return test_;
    if (name != "train")
      throw Error(fmt::format("data set 'smallnorb' has no split '{}'", name), "It has: train, test, all.");
    const std::vector<int64_t> all = Dataset::split("all");
    std::vector<int64_t> rest;
    std::ranges::set_difference(all, test_, std::back_inserter(rest));
    return rest;
  }

 private:
  static CachePlan plan_of(const Options& options, const std::vector<Half>& halves, const std::string& folder,
                           int64_t items) {
    CachePlan plan{.name = fmt::format("smallnorb-{}-{}-{}", options.halves, options.camera, options.size),
                   .sources = {},
                   .folder = options.cache.empty() ? folder : options.cache,
                   .shape = {items, 1, options.size, options.size}};
    for (const Half& half : halves)
      plan.sources.insert(plan.sources.end(), {half.files.images, half.files.categories, half.files.labels});
    return plan;
  }

  static void convert(const Options& options, const std::vector<Half>& halves, const PutItems& put,
                      const ToldProgress& told) {
    const int side = smallnorb_side, size = static_cast<int>(options.size);
    std::vector<std::byte> pair(2 * static_cast<size_t>(side) * static_cast<size_t>(side));
    const auto wanted = std::span(pair).subspan(options.camera == "first" ? 0 : pair.size() / 2, pair.size() / 2);
    Picture picture(side, side, 1);
    int64_t done = 0;
    for (const Half& half : halves) {
      BinaryMatrix images = open_smallnorb_images(half.files, std::ssize(half.items));
      for (int64_t item : half.items) {
        images.read_next(pair);
        std::memcpy(picture.pixels.data(), wanted.data(), wanted.size());
        const Picture scaled = resized(picture, size, size, Filter::lanczos);
        put(item, std::as_bytes(std::span(scaled.pixels)));
        told(++done);
      }
      images.expect_end();
    }
  }

  std::vector<int64_t> test_;  // items of the testing half, where both are there
};

TEASEL_REGISTER(
    Dataset, Smallnorb,
    "smallNORB: 48,600 photographs of 50 toys (5 categories, 9 elevations, 18 azimuths, 6 lights), from the "
    "published binary matrices");

}  // namespace
}  // namespace teasel
