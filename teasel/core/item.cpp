#include "teasel/core/item.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/error.hpp"

namespace teasel {

std::string name_of(Dtype type) {
  switch (type) {
    case Dtype::bit:
      return "bit";
    case Dtype::u8:
      return "u8";
    case Dtype::f32:
      return "f32";
    case Dtype::i64:
      return "i64";
  }
  throw std::invalid_argument("no such Dtype");
}

std::string name_of(Modality modality) {
  switch (modality) {
    case Modality::image:
      return "image";
    case Modality::video:
      return "video";
    case Modality::series:
      return "series";
    case Modality::spectrogram:
      return "spectrogram";
    case Modality::vector:
      return "vector";
  }
  throw std::invalid_argument("no such Modality");
}

std::string name_of(FactorSpec::Scale scale) {
  switch (scale) {
    case FactorSpec::Scale::categorical:
      return "categorical";
    case FactorSpec::Scale::ordinal:
      return "ordinal";
    case FactorSpec::Scale::continuous:
      return "continuous";
  }
  throw std::invalid_argument("no such FactorSpec::Scale");
}

int64_t FieldSpec::elements() const {
  int64_t count = 1;
  for (int64_t extent : shape) count *= extent;
  return count;
}

int64_t FieldSpec::bytes() const {
  switch (dtype) {
    case Dtype::bit:
      return (elements() + 7) / 8;
    case Dtype::u8:
      return elements();
    case Dtype::f32:
      return elements() * 4;
    case Dtype::i64:
      return elements() * 8;
  }
  throw std::invalid_argument("no such Dtype");
}

int64_t DataSpec::factor_elements() const {
  const bool dynamic = std::ranges::any_of(factors, &FactorSpec::dynamic);
  return static_cast<int64_t>(factors.size()) * (dynamic ? frames : 1);
}

size_t DataSpec::field_number(const std::string& wanted) const {
  std::vector<std::string> known;
  for (size_t number = 0; number < fields.size(); ++number) {
    if (fields[number].name == wanted) return number;
    known.push_back(fields[number].name);
  }
  throw Error(fmt::format("the data set '{}' has no field '{}'", name, wanted), hint_for_unknown(wanted, known));
}

std::optional<size_t> DataSpec::factor_number(const std::string& wanted) const {
  const auto found = std::ranges::find(factors, wanted, &FactorSpec::name);
  if (found == factors.end()) return std::nullopt;
  return static_cast<size_t>(found - factors.begin());
}

void DataSpec::check_items(std::span<const int64_t> items) const {
  for (int64_t item : items)
    if (item < 0 || item >= size)
      throw Error(fmt::format("the data set '{}' has no item {}", name, item),
                  fmt::format("Its items are 0 to {}.", size - 1));
}

std::vector<int64_t> grid_strides(const std::vector<FactorSpec>& factors) {
  std::vector<int64_t> strides(factors.size());
  int64_t stride = 1;
  for (size_t i = factors.size(); i-- > 0;) {
    strides[i] = stride;
    stride *= factors[i].classes();
  }
  return strides;
}

}  // namespace teasel
