// Factors as users give them: arrays of numbers or tables of texts, with what their columns tell.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/csv.hpp"
#include "teasel/core/item.hpp"
#include "teasel/core/options.hpp"

namespace teasel {

// What a user says about the columns.
struct FactorOptions {
  std::vector<std::string> names, continuous;
  std::vector<int64_t> sizes;
  void describe(Fields& f);
};

// Factors of N items. `numbers` [N, K]: class numbers, or values of continuous factors.
struct FactorTable {
  std::vector<FactorSpec> factors;
  std::vector<float> numbers;

  int64_t rows() const;
  // Whether every combination of classes is there once, in row-major order.
  bool is_full_grid() const;
};

// Columns become factors so: with `sizes`, the numbers are class numbers 0 .. size-1; a column named in `continuous`
// keeps its values; otherwise the classes are the distinct values in ascending order, unless fractional numbers take
// more than 256 values: then the factor is continuous. Columns of texts are categorical, their classes in alphabetical
// order. Error (with the row) for numbers that are not finite, and for names or sizes that do not fit the columns.

// From `file`: an npy, npz or HDF5 file with an array `name` [N] or [N, K], or a csv file with a header of K names.
FactorTable read_factors(const std::filesystem::path& file, const std::string& name, const FactorOptions& options);
// From the columns of a csv table but `without`, rows in the order `order`.
FactorTable factors_of(const Csv& csv, const std::vector<std::string>& without, const std::vector<size_t>& order,
                       const FactorOptions& options);

}  // namespace teasel
