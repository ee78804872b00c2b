// The vocabulary of data: what an item is made of and which factors made it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace teasel {

// How a field is stored. `bit`: eight pixels a byte, row-major, most significant bit first, each item padded to a whole
// byte.
enum class Dtype { bit, u8, f32, i64 };
enum class Modality { image, video, series, spectrogram, vector };

std::string name_of(Dtype);
std::string name_of(Modality);

// One named part of an item ("x" first; "x2", "mask", "observed"). Images are {channels, height, width},
// videos {frames, channels, height, width}.
struct FieldSpec {
  std::string name;
  std::vector<int64_t> shape;
  Dtype dtype = Dtype::f32;

  int64_t elements() const;
  // Bytes of one stored item.
  int64_t bytes() const;
};

// A factor of variation. Scale, dynamic, cyclic and nuisance are independent properties.
struct FactorSpec {
  enum class Scale { categorical, ordinal, continuous };
  std::string name;
  std::vector<double> values;  // the value of each class; empty: continuous
  Scale scale = Scale::ordinal;
  bool dynamic = false, cyclic = false, nuisance = false;

  int64_t classes() const { return static_cast<int64_t>(values.size()); }
};
std::string name_of(FactorSpec::Scale);

// What a data set is: its fields, the range of its values and the factors behind it.
struct DataSpec {
  std::string name;
  std::vector<FieldSpec> fields;
  Modality modality = Modality::image;
  double low = 0, high = 1;
  int64_t size = 0, frames = 1;
  std::vector<FactorSpec> factors;
  bool full_grid = false;  // every combination of factor values is there once, in row-major order, last factor fastest

  // Numbers in one item's row of the table of factors: K, or frames x K where a factor is dynamic.
  int64_t factor_elements() const;
  // The field called `name`, and its number; Error otherwise.
  const FieldSpec& field(const std::string& name) const { return fields[field_number(name)]; }
  size_t field_number(const std::string& name) const;
  // The number of the factor called `name`, or nothing.
  std::optional<size_t> factor_number(const std::string& name) const;
  // Error where one of these is no item of the set.
  void check_items(std::span<const int64_t> items) const;
};

// Strides of a full grid with these class counts: index = sum of class * stride, last factor fastest.
std::vector<int64_t> grid_strides(const std::vector<FactorSpec>& factors);

}  // namespace teasel
