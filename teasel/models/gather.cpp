#include "teasel/models/gather.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace teasel {
namespace {

Items gather_field(const Dataset& data, const std::string& name, const std::vector<int64_t>& index, Draw draw) {
  const auto count = static_cast<int64_t>(index.size());
  if (name == "factors") {
    const auto factors = static_cast<int64_t>(data.spec().factors.size());
    const bool dynamic = data.spec().factor_elements() != factors;
    const std::vector<int64_t> shape =
        dynamic ? std::vector<int64_t>{data.spec().frames, factors} : std::vector<int64_t>{factors};
    Tensor values = at::empty({count, data.spec().factor_elements()}, at::kFloat);
    data.factors(index, {values.data_ptr<float>(), static_cast<size_t>(values.numel())});
    return {values, Dtype::f32, shape};
  }
  const auto& fields = data.spec().fields;
  size_t number = 0;
  while (number < fields.size() && fields[number].name != name) ++number;
  const FieldSpec& field = data.spec().field(name);  // Error where there is none
  const auto type = field.dtype == Dtype::f32 ? at::kFloat : field.dtype == Dtype::i64 ? at::kLong : at::kByte;
  std::vector<int64_t> shape{count};
  if (field.dtype == Dtype::bit)
    shape.push_back(field.bytes());
  else
    shape.insert(shape.end(), field.shape.begin(), field.shape.end());
  Tensor stored = at::empty(shape, type);
  data.gather(index, number, draw, {static_cast<std::byte*>(stored.data_ptr()), static_cast<size_t>(stored.nbytes())});
  return {stored, field.dtype, field.shape};
}

}  // namespace

Batch gather_batch(const Dataset& data, const std::vector<std::string>& fields, const std::vector<int64_t>& index,
                   Draw draw) {
  Batch batch;
  batch.index = at::empty({static_cast<int64_t>(index.size())}, at::kLong);
  std::copy(index.begin(), index.end(), batch.index.data_ptr<int64_t>());
  for (auto& name : fields) batch.fields.emplace(name, gather_field(data, name, index, draw));
  return batch;
}

}  // namespace teasel
