// Adam for the phases of a Trainable, over flat buffers.
#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "teasel/models/trainable.hpp"
#include "teasel/nn/adam.hpp"

namespace teasel {

// Moves the parameters of a store into flat buffers, one for each set of phases that trains them. The store's tensors
// become views into them.
class Optimizers {
 public:
  Optimizers(ParameterStore& store, const std::vector<Phase>& phases);

  // The parameters that a phase trains, in the order of its gradients.
  const std::vector<Tensor>& parameters(size_t phase) const { return phases_[phase].parameters; }
  struct Updated {
    bool finite;  // false: a gradient was not, and the parameters are spoiled
    double norm;  // of all gradients before clipping; 0 when clip is 0
  };
  // One update of a phase. Undefined gradients count as zero; `clip` > 0 limits the norm over all of them.
  Updated update(size_t phase, const std::vector<Tensor>& gradients, const nn::AdamSettings& settings, double clip);
  // Forgets the moments and the count of updates.
  void reset(size_t phase);

  int64_t updates(size_t phase) const { return phases_[phase].updates; }
  void set_updates(size_t phase, int64_t count) { phases_[phase].updates = count; }
  // The moments by name, "optimizer.<phase>.first_moment.<parameter>": views that may be read and written.
  std::vector<std::pair<std::string, Tensor>> moments() const;

 private:
  struct Group {
    std::vector<size_t> slots, offsets;  // offsets into the flat buffers
    Tensor values;
  };
  struct PhaseGroup {
    size_t group;
    Tensor first, second;  // moments
  };
  struct PhaseState {
    std::string name;
    std::vector<PhaseGroup> groups;
    std::vector<Tensor> parameters;
    int64_t updates = 0;
  };
  void make_group(const std::vector<size_t>& slots, const std::vector<size_t>& trained_by);

  ParameterStore& store_;
  std::vector<Group> groups_;
  std::vector<PhaseState> phases_;
};

}  // namespace teasel
