#include "teasel/explore/encode.hpp"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <numeric>

#include "teasel/core/progress.hpp"
#include "teasel/models/gather.hpp"

namespace teasel {

bool has_kl(const Codes::Block& block) {
  return block.about.law == LatentLaw::gaussian && block.about.time == LatentTime::item && !block.spread.empty();
}

namespace {

void append(std::vector<float>& to, const Tensor& from) {
  const Tensor host = from.detach().cpu().to(at::kFloat).contiguous();
  to.insert(to.end(), host.const_data_ptr<float>(), host.const_data_ptr<float>() + host.numel());
}

// KL divergence of every Gaussian latent from the standard normal, from the stored moments; nats.
void append_kl(Codes& codes) {
  int64_t latents = 0;
  for (auto& block : codes.blocks)
    if (has_kl(block)) latents += block.about.size;
  codes.kl.resize(static_cast<size_t>(codes.samples * latents));
  int64_t offset = 0;
  for (auto& block : codes.blocks) {
    if (!has_kl(block)) continue;
    const int64_t n = block.about.size;
    for (int64_t i = 0; i < codes.samples; ++i)
      for (int64_t j = 0; j < n; ++j) {
        const double mean = block.location[static_cast<size_t>(i * n + j)],
                     deviation = block.spread[static_cast<size_t>(i * n + j)];
        codes.kl[static_cast<size_t>(i * latents + offset + j)] =
            static_cast<float>(0.5 * (mean * mean + deviation * deviation - 1) - std::log(deviation));
      }
    offset += n;
  }
}

std::vector<int64_t> evenly_spaced(const std::vector<int64_t>& items, int64_t count) {
  const auto size = static_cast<int64_t>(items.size());
  count = std::min(count, size);
  std::vector<int64_t> out;
  for (int64_t i = 0; i < count; ++i) out.push_back(items[static_cast<size_t>(i * size / count)]);
  return out;
}

void measure_distortion(Codes& codes, const Model& model, const Dataset& data, const std::vector<int64_t>& items,
                        const Model::Calibration& calibration, const EncodeOptions& options) {
  const auto chosen = evenly_spaced(items, options.distortion_items);
  for (size_t begin = 0; begin < chosen.size(); begin += static_cast<size_t>(options.batch_size)) {
    const size_t end = std::min(begin + static_cast<size_t>(options.batch_size), chosen.size());
    const Batch batch = gather_batch(
        data, model.fields(),
        {chosen.begin() + static_cast<ptrdiff_t>(begin), chosen.begin() + static_cast<ptrdiff_t>(end)}, {});
    const Tensor distortion = model.distortion(model.encode(batch, calibration), batch);
    if (!distortion.defined()) return;
    append(codes.distortion, distortion);
  }
  codes.distortion_of = chosen;
}

}  // namespace

namespace {

// Hands out the items of a list in batches.
class Batches {
 public:
  Batches(const std::vector<int64_t>& items, int64_t size) : items_(items), size_(static_cast<size_t>(size)) {}
  // Empty at the end.
  std::vector<int64_t> next() {
    const size_t end = std::min(done_ + size_, items_.size());
    std::vector<int64_t> index(items_.begin() + static_cast<ptrdiff_t>(done_),
                               items_.begin() + static_cast<ptrdiff_t>(end));
    done_ = end;
    return index;
  }
  int64_t done() const { return static_cast<int64_t>(done_); }

 private:
  const std::vector<int64_t>& items_;
  size_t size_, done_ = 0;
};

}  // namespace

Model::Calibration calibrate(const Model& model, const Dataset& data, int64_t batch_size) {
  c10::NoGradGuard no_gradients;
  const std::vector<int64_t> items = data.split("train");
  Batches batches(items, batch_size);
  return model.calibrate([&](Batch& batch) {
    const auto index = batches.next();
    if (!index.empty()) batch = gather_batch(data, model.fields(), index, {});
    return !index.empty();
  });
}

Codes encode(const Model& model, const Dataset& data, const Model::Calibration& calibration,
             const EncodeOptions& options) {
  c10::NoGradGuard no_gradients;
  const std::vector<int64_t> items = options.items.empty() ? data.split(options.split) : options.items;
  Codes codes;
  codes.samples = static_cast<int64_t>(items.size());
  codes.frames = data.spec().frames;
  codes.factor_specs = data.spec().factors;
  codes.full_grid = data.spec().full_grid && codes.samples == data.spec().size && options.items.empty();
  codes.factors.resize(items.size() * static_cast<size_t>(data.spec().factor_elements()));
  data.factors(items, codes.factors);
  for (auto& block : model.latents().blocks) {
    codes.blocks.push_back({block, {}, {}});
    if (block.time == LatentTime::item)
      codes.blocks.back().location.reserve(items.size() * static_cast<size_t>(block.size));
  }

  Batches batches(items, options.batch_size);
  std::optional<Progress> bar;
  if (options.progress) bar.emplace("encode", codes.samples, "items");
  for (auto index = batches.next(); !index.empty(); index = batches.next()) {
    const Latents latents = model.encode(gather_batch(data, model.fields(), index, {}), calibration);
    for (size_t b = 0; b < codes.blocks.size(); ++b) {
      append(codes.blocks[b].location, latents.location[b]);
      if (b < latents.spread.size() && latents.spread[b].defined()) append(codes.blocks[b].spread, latents.spread[b]);
    }
    if (bar) bar->update(batches.done());
  }
  if (bar) bar->finish();
  append_kl(codes);
  if (options.distortion_items > 0) measure_distortion(codes, model, data, items, calibration, options);
  return codes;
}

}  // namespace teasel
