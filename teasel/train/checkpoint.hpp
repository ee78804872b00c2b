// Checkpoints: a State as a safetensors file.
#pragma once
#include <filesystem>

#include "teasel/train/trainer.hpp"

namespace teasel {

// Tensors by name, and the counters as JSON under the metadata key "state". The same state gives the same bytes.
void write_checkpoint(const std::filesystem::path& path, const State& state);
// Error where the file is no checkpoint.
State read_checkpoint(const std::filesystem::path& path);
// Takes over the parameters and buffers alone, for looking at a model without training it: the trained weights, or
// their average. Error where the state holds none.
enum class Weights { trained, averaged };
void load_parameters(ParameterStore& store, const State& state, Weights weights = Weights::trained);

}  // namespace teasel
