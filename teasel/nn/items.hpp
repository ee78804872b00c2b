// Items on a device, packed as the data set stores them and widened when a layer asks.
#pragma once
#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/item.hpp"

namespace teasel {

using at::Tensor;

// One field of a batch. `stored` is [B, bytes] (bit) or [B, shape...] (u8, f32, i64).
struct Items {
  Tensor stored;
  Dtype dtype = Dtype::f32;
  std::vector<int64_t> shape;  // of one item

  int64_t count() const { return stored.size(0); }
  // The items as floats [B, shape...]: bits as 0 and 1, bytes as value / 255. Class numbers stay whole numbers (i64).
  Tensor values() const;
};

// The fields of a batch by name, and the numbers of its items in the data set.
struct Batch {
  std::map<std::string, Items, std::less<>> fields;
  Tensor index;  // [B] int64

  // The field called `name`; std::logic_error if the model did not ask for it.
  const Items& items(std::string_view name) const;
  Tensor operator[](std::string_view name) const { return items(name).values(); }
  const Items& x() const { return items("x"); }
  int64_t size() const { return index.size(0); }
};

// Widens packed bits [B, bytes] (most significant bit first) to floats [B, count] of 0 and 1.
Tensor unpack_bits(const Tensor& packed, int64_t count);

}  // namespace teasel
