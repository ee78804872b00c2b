#include "teasel/study/export_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "teasel/core/error.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/pixels.hpp"

namespace teasel {
namespace {

// Field "x" of these items, made as it is written; bits become bytes of 0 and 1.
RowSource images_of(const Dataset& data, const std::vector<int64_t>& items, std::string name) {
  const size_t number = data.spec().field_number("x");
  const FieldSpec& field = data.spec().fields[number];
  RowSource out{std::move(name), ArrayType::u8, {static_cast<int64_t>(items.size())}, {}};
  out.shape.insert(out.shape.end(), field.shape.begin(), field.shape.end());
  if (field.dtype == Dtype::f32) out.type = ArrayType::f32;
  if (field.dtype == Dtype::i64) out.type = ArrayType::i64;
  out.fill = [&data, &items, number, &field](int64_t first, int64_t count, std::span<std::byte> rows) {
    const std::span<const int64_t> some(items.data() + first, static_cast<size_t>(count));
    if (field.dtype != Dtype::bit) return data.gather(some, number, {}, rows);
    const auto stored = static_cast<size_t>(field.bytes()), pixels = static_cast<size_t>(field.elements());
    std::vector<std::byte> packed(some.size() * stored);
    data.gather(some, number, {}, packed);
    for (size_t i = 0; i < some.size(); ++i)
      unpack_bits(std::span(packed).subspan(i * stored, stored), rows.subspan(i * pixels, pixels));
  };
  return out;
}

// Class numbers as i64, or numbers as f32 where a factor is continuous; [N, K], or [N, T, K] where one is dynamic.
Array factors_of(const Dataset& data, const std::vector<int64_t>& items) {
  const auto& factors = data.spec().factors;
  std::vector<int64_t> shape{static_cast<int64_t>(items.size()), static_cast<int64_t>(factors.size())};
  if (data.spec().factor_elements() != shape[1]) shape.insert(shape.begin() + 1, data.spec().frames);
  std::vector<float> numbers(items.size() * static_cast<size_t>(data.spec().factor_elements()));
  data.factors(items, numbers);
  const bool classes = std::ranges::all_of(factors, [](auto& f) { return f.classes() > 0; });
  Array array = Array::of(std::span<const float>(numbers), shape);
  return classes ? Array::of(std::span<const int64_t>(array.to_i64()), shape) : array;
}

// What the class numbers stand for.
Array values_of(const Array& numbers, const std::vector<FactorSpec>& factors) {
  const std::vector<float> flat = numbers.to_f32();
  std::vector<double> values(flat.begin(), flat.end());
  for (size_t i = 0; i < values.size(); ++i)
    if (const FactorSpec& factor = factors[i % factors.size()]; factor.classes() > 0)
      values[i] = factor.values[static_cast<size_t>(flat[i])];
  return Array::of(std::span<const double>(values), numbers.shape);
}

// Shows how far the writing is.
void watch(RowSource& source, const std::shared_ptr<Progress>& bar) {
  source.fill = [inner = std::move(source.fill), bar](int64_t first, int64_t count, std::span<std::byte> out) {
    inner(first, count, out);
    bar->update(first + count);
  };
}

}  // namespace

void export_items(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out) {
  data.spec().check_items(items);
  write_npy(out, images_of(data, items, ""));
}

void export_factors(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out) {
  data.spec().check_items(items);
  write_npy(out, factors_of(data, items));
}

std::vector<std::string> make_data_file(const Dataset& data, const std::filesystem::path& out) {
  const std::string ending = out.extension().string();
  const bool hdf5 = ending == ".h5" || ending == ".hdf5";
  if (!hdf5 && ending != ".npz")
    throw Error(fmt::format("'{}' ends in none of .npz, .h5 and .hdf5", out.string()),
                "The ending says which kind of file is made.");
  std::vector<RowSource> arrays = data.published(hdf5);
  const std::vector<int64_t> items = data.split("all");
  Array factors, values;
  if (arrays.empty()) {
    arrays.push_back(images_of(data, items, "images"));
    if (!data.spec().factors.empty()) {
      factors = factors_of(data, items);
      values = values_of(factors, data.spec().factors);
      arrays.push_back(RowSource::of("factors", factors));
      arrays.push_back(RowSource::of("factor_values", values));
    }
  }
  const auto bar = std::make_shared<Progress>("write " + out.filename().string(), data.spec().size, "items");
  watch(arrays[0], bar);
  if (hdf5)
    write_hdf5(out, arrays, true);
  else
    write_npz(out, arrays, true);
  bar->finish();
  std::vector<std::string> names;
  for (const RowSource& array : arrays) names.push_back(array.name);
  return names;
}

}  // namespace teasel
