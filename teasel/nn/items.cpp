#include "teasel/nn/items.hpp"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <cstring>
#include <stdexcept>

#include "teasel/nn/kernels/bits.hpp"

namespace teasel {
Tensor unpack_bits(const Tensor& packed, int64_t count) {
  const int64_t rows = packed.size(0), bytes = packed.size(1);
  if (packed.scalar_type() != at::kByte || bytes != (count + 7) / 8)
    throw std::logic_error("unpack_bits: not packed bits of this size");
  const Tensor source = packed.cpu().contiguous();
  Tensor out = at::empty({rows, count}, at::kFloat);
  const auto& table = nn::kernels::widened_bytes();
  const uint8_t* from = source.const_data_ptr<uint8_t>();
  float* to = out.data_ptr<float>();
  at::parallel_for(0, rows, 16, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const uint8_t* in = from + row * bytes;
      float* values = to + row * count;
      for (int64_t i = 0; i < count / 8; ++i) std::memcpy(values + 8 * i, table[in[i]].data(), 8 * sizeof(float));
      if (count % 8) std::memcpy(values + count / 8 * 8, table[in[bytes - 1]].data(), (count % 8) * sizeof(float));
    }
  });
  return packed.is_cpu() ? out : out.to(packed.device());
}

Tensor Items::values() const {
  std::vector<int64_t> full{count()};
  full.insert(full.end(), shape.begin(), shape.end());
  switch (dtype) {
    case Dtype::bit: {
      int64_t elements = 1;
      for (int64_t n : shape) elements *= n;
      return unpack_bits(stored, elements).view(full);
    }
    case Dtype::u8:
      return stored.to(at::kFloat).div_(255).view(full);
    case Dtype::f32:
    case Dtype::i64:
      return stored.view(full);
  }
  throw std::logic_error("Items::values: unknown type");
}

const Items& Batch::items(std::string_view name) const {
  auto found = fields.find(name);
  if (found == fields.end())
    throw std::logic_error("the batch has no field '" + std::string(name) + "': Trainable::fields() must ask for it");
  return found->second;
}

}  // namespace teasel
