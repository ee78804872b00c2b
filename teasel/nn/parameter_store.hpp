// The parameters and buffers of something that trains: named tensors in the order they were added.
#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <string_view>
#include <vector>

namespace teasel {

using at::Tensor;

// All that a checkpoint holds of a model. Layers own no tensors: they keep an index and look the tensor up here, so
// that one model's code can run on other tensors (lanes of a fleet, batched stores).
class ParameterStore {
 public:
  struct Slot {
    std::string name;
    Tensor value;
    bool trained;  // false: a buffer (running means, moments)
  };

  // Adds a tensor and returns its index. Names are unique and dotted: "encoder.conv0.weight".
  size_t add(std::string name, Tensor value, bool trained = true);
  const Tensor& operator[](size_t index) const { return slots_[index].value; }
  const std::vector<Slot>& slots() const { return slots_; }
  std::vector<Slot>& slots() { return slots_; }

  // The indices of trained slots whose name starts with one of the prefixes in `prefixes`, parted by '|':
  // "encoder.|decoder.". Throws std::logic_error if a prefix matches nothing.
  std::vector<size_t> matching(std::string_view prefixes) const;

 private:
  std::vector<Slot> slots_;
};

}  // namespace teasel
