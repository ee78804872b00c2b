#include "teasel/data/path_videos.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "teasel/core/random.hpp"
#include "teasel/data/gathering.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {
namespace {

bool stands_still(const FactorPath& path) {
  return std::ranges::all_of(path, [&](int64_t number) { return number == path[0]; });
}

bool is_static(const VideoFactor& factor) { return std::ranges::all_of(factor.paths, stands_still); }

FactorSpec described(const VideoFactor& factor, const FactorSpec& moved) {
  FactorSpec out{.name = factor.name};
  out.dynamic = !is_static(factor);
  if (out.dynamic) out.scale = FactorSpec::Scale::categorical;
  if (!out.dynamic) out.scale = moved.scale;
  for (size_t i = 0; i < factor.paths.size(); ++i)
    out.values.push_back(out.dynamic ? static_cast<double>(i) : moved.values[static_cast<size_t>(factor.paths[i][0])]);
  return out;
}

DataSpec make_spec(std::string name, const DataSpec& images, int64_t frames, const std::vector<VideoFactor>& factors,
                   const Palette& palette) {
  std::vector<FactorSpec> out;
  if (!palette.empty()) {
    out.push_back({.name = "color", .scale = FactorSpec::Scale::categorical});
    for (size_t i = 0; i < palette.size(); ++i) out[0].values.push_back(static_cast<double>(i));
  }
  for (const VideoFactor& factor : factors)
    out.push_back(described(factor, images.factors[images.factor_number(factor.moves).value()]));
  const auto& shape = images.fields[0].shape;
  DataSpec spec = grid_of_images(std::move(name), {frames, palette.empty() ? shape[0] : 3, shape[1], shape[2]}, out);
  spec.modality = Modality::video;
  spec.frames = frames;
  return spec;
}

}  // namespace

FactorPath cyclic(const std::vector<int64_t>& numbers, int64_t frames) {
  FactorPath out;
  for (int64_t t = 0; t < frames; ++t) out.push_back(numbers[static_cast<size_t>(t) % numbers.size()]);
  return out;
}

FactorPath harmonic(const std::vector<int64_t>& numbers, int64_t frames) {
  std::vector<int64_t> period = numbers;
  if (numbers.size() > 2) period.insert(period.end(), numbers.rbegin() + 1, numbers.rend() - 1);
  return cyclic(period, frames);
}

VideoFactor VideoFactor::still(std::string name, const std::vector<int64_t>& classes) {
  VideoFactor out{name, std::move(name), {}};
  for (int64_t number : classes) out.paths.push_back({number});
  return out;
}

PathVideos::PathVideos(std::string name, std::shared_ptr<const Dataset> images, int64_t frames,
                       std::vector<VideoFactor> factors, Palette palette)
    : images_(std::move(images)), moves_(std::move(factors)), palette_(std::move(palette)) {
  const DataSpec& inner = images_->spec();
  const std::vector<int64_t> strides = grid_strides(inner.factors);
  for (VideoFactor& factor : moves_) {
    strides_.push_back(strides[inner.factor_number(factor.moves).value()]);
    for (FactorPath& path : factor.paths)
      if (path.size() == 1) path = cyclic(path, frames);
  }
  if (!palette_.empty() && inner.fields[0].dtype != Dtype::bit)
    throw std::invalid_argument("a palette colours black and white images");
  spec_ = make_spec(std::move(name), inner, frames, moves_, palette_);
}

FactorPath PathVideos::frames_of(int64_t item) const {
  std::vector<float> numbers(spec_.factors.size());
  grid_factors(spec_.factors, std::span(&item, 1), numbers);
  FactorPath out(static_cast<size_t>(spec_.frames), 0);
  const size_t first = palette_.empty() ? 0 : 1;
  for (size_t f = 0; f < moves_.size(); ++f) {
    const FactorPath& path = moves_[f].paths[static_cast<size_t>(numbers[first + f])];
    for (size_t t = 0; t < out.size(); ++t) out[t] += strides_[f] * path[t];
  }
  return out;
}

void PathVideos::paint(std::span<const std::byte> bits, const std::array<uint8_t, 3>& colour, std::byte* out) const {
  const int64_t pixels = images_->spec().fields[0].elements();
  for (int64_t channel = 0; channel < 3; ++channel)
    for (int64_t i = 0; i < pixels; ++i) {
      const bool white = (std::to_integer<int>(bits[static_cast<size_t>(i / 8)]) >> (7 - i % 8)) & 1;
      out[channel * pixels + i] = static_cast<std::byte>(white ? colour[static_cast<size_t>(channel)] : 0);
    }
}

void PathVideos::gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const {
  check_gather(spec_, index, field, out);
  const auto item_bytes = static_cast<size_t>(spec_.fields[0].bytes());
  const auto image_bytes = static_cast<size_t>(images_->spec().fields[0].bytes());
  std::vector<std::byte> bits(palette_.empty() ? 0 : image_bytes * static_cast<size_t>(spec_.frames));
  const int64_t colour_stride = palette_.empty() ? 1 : spec_.size / static_cast<int64_t>(palette_.size());
  for (size_t i = 0; i < index.size(); ++i) {
    const FactorPath frames = frames_of(index[i]);
    const std::span<std::byte> video = out.subspan(i * item_bytes, item_bytes);
    if (palette_.empty()) {
      images_->gather(frames, 0, draw, video);
      continue;
    }
    images_->gather(frames, 0, draw, bits);
    const auto& colour = palette_[static_cast<size_t>(index[i] / colour_stride)];
    for (size_t t = 0; t < frames.size(); ++t)
      paint(std::span(bits).subspan(t * image_bytes, image_bytes), colour, &video[t * item_bytes / frames.size()]);
  }
}

std::vector<int64_t> PathVideos::split(std::string_view name) const {
  const auto found = splits_.find(name);
  if (found != splits_.end()) return found->second;
  if (name == "all" || splits_.empty()) return GridDataset::split(name);
  std::string known = "all";
  for (const auto& [split, items] : splits_) known += ", " + split;
  throw Error("data set '" + spec_.name + "' has no split '" + std::string(name) + "'", "Its splits: " + known + ".");
}

void PathVideos::split_by_static_factors(double train, double validation, uint64_t seed) {
  int64_t combinations = 1;
  for (const FactorSpec& factor : spec_.factors)
    if (!factor.dynamic) combinations *= factor.classes();
  std::vector<int64_t> place(static_cast<size_t>(combinations));
  const auto order = Stream(seed, "split").permutation(combinations);
  for (size_t i = 0; i < order.size(); ++i) place[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
  const auto count = [&](double share) { return std::llround(share * static_cast<double>(combinations)); };
  std::vector<float> numbers(spec_.factors.size());
  std::array<std::vector<int64_t>, 3> items;
  for (int64_t item = 0; item < spec_.size; ++item) {
    grid_factors(spec_.factors, std::span(&item, 1), numbers);
    int64_t combination = 0;
    for (size_t f = 0; f < numbers.size(); ++f)
      if (!spec_.factors[f].dynamic)
        combination = combination * spec_.factors[f].classes() + static_cast<int64_t>(numbers[f]);
    const int64_t at = place[static_cast<size_t>(combination)];
    items[at < count(train) ? 0 : at < count(train + validation) ? 1 : 2].push_back(item);
  }
  add_split("train", std::move(items[0]));
  add_split("validation", std::move(items[1]));
  add_split("test", std::move(items[2]));
}

std::shared_ptr<const Dataset> images_of(const char* name) {
  return open_dataset(resolve_data(Value(Value::Table{{"name", name}})));
}

}  // namespace teasel
