// From a model and a data set to codes: the one encoding pass that everything else reads.
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "teasel/core/codes.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"

namespace teasel {

struct EncodeOptions {
  std::string split = "all";
  int64_t batch_size = 256;
  int64_t distortion_items = 10000;  // this many items, evenly spaced, are reconstructed as well; 0: none
  bool progress = true;
  std::vector<int64_t> items = {};  // these instead of a split, in this order
};

// The common basis of a model, from the training split; empty for models whose codes need none.
Model::Calibration calibrate(const Model& model, const Dataset& data, int64_t batch_size = 256);

// Encodes every item of a split, or the items that the options name, in order.
Codes encode(const Model& model, const Dataset& data, const Model::Calibration& calibration = {},
             const EncodeOptions& options = {});

// Whether the latents of a block have columns in Codes::kl: Gaussian, one per item, with a spread.
bool has_kl(const Codes::Block& block);

// Codes as a safetensors file, so that they are made once per checkpoint. `key` says what they were made from; reading
// gives nothing where the file is absent or was made from something else.
void write_codes(const std::filesystem::path& path, const Codes& codes, const std::string& key);
std::optional<Codes> read_codes(const std::filesystem::path& path, const std::string& key, const LatentLayout& layout,
                                const DataSpec& spec);

}  // namespace teasel
