#include "teasel/study/export_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

void check_items(const Dataset& data, const std::vector<int64_t>& items) {
  for (int64_t i : items)
    if (i < 0 || i >= data.spec().size)
      throw Error(fmt::format("there is no item {} in '{}'", i, data.spec().name),
                  fmt::format("Items are 0 to {}.", data.spec().size - 1));
}

// One byte per bit.
std::vector<std::byte> widened(const std::vector<std::byte>& packed, int64_t items, int64_t bits) {
  std::vector<std::byte> out(static_cast<size_t>(items * bits));
  const int64_t bytes = (bits + 7) / 8;
  for (int64_t i = 0; i < items; ++i)
    for (int64_t b = 0; b < bits; ++b)
      out[static_cast<size_t>(i * bits + b)] =
          (packed[static_cast<size_t>(i * bytes + b / 8)] >> (7 - b % 8)) & std::byte{1};
  return out;
}

}  // namespace

void export_items(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out) {
  check_items(data, items);
  const auto& fields = data.spec().fields;
  const auto field = std::ranges::find(fields, "x", &FieldSpec::name);
  Array array;
  array.shape = {static_cast<int64_t>(items.size())};
  array.shape.insert(array.shape.end(), field->shape.begin(), field->shape.end());
  array.bytes.resize(items.size() * static_cast<size_t>(field->bytes()));
  data.gather(items, static_cast<size_t>(field - fields.begin()), {}, array.bytes);
  if (field->dtype == Dtype::bit) array.bytes = widened(array.bytes, array.shape[0], field->elements());
  array.type = field->dtype == Dtype::f32   ? ArrayType::f32
               : field->dtype == Dtype::i64 ? ArrayType::i64
                                            : ArrayType::u8;
  write_npy(out, array);
}

void export_factors(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out) {
  check_items(data, items);
  const auto& factors = data.spec().factors;
  std::vector<int64_t> shape{static_cast<int64_t>(items.size()), static_cast<int64_t>(factors.size())};
  if (data.spec().factor_elements() != shape[1]) shape.insert(shape.begin() + 1, data.spec().frames);
  std::vector<float> values(items.size() * static_cast<size_t>(data.spec().factor_elements()));
  data.factors(items, values);
  const bool classes = std::ranges::all_of(factors, [](auto& f) { return f.classes() > 0; });
  const Array array = Array::of(std::span<const float>(values), shape);
  write_npy(out, classes ? Array::of(std::span<const int64_t>(array.to_i64()), shape) : array);
}

}  // namespace teasel
