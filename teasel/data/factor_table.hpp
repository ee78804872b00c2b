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

// More values than these make a factor of fractional numbers continuous, and one of whole numbers where no two items
// share one.
inline constexpr size_t most_fractional_classes = 256;

// What a user says about the columns.
struct FactorOptions {
  std::vector<std::string> names, continuous, discrete, cyclic, nuisance;
  std::vector<int64_t> sizes;
  void describe(Fields& f);

  // For readers that can do without some values; not an option of data sets, whose items must all be known. A value is
  // missing where it is NaN, an empty cell, or what `missing` says ("-1", "unknown").
  bool may_miss = false;
  std::string missing = {};
};

// Factors of N items. `numbers` [N, K]: class numbers, or values of continuous factors; NaN where a value is missing.
struct FactorTable {
  std::vector<FactorSpec> factors;
  std::vector<double> numbers;

  int64_t rows() const;
  // Whether every combination of classes is there once, in row-major order.
  bool is_full_grid() const;
  // Where every combination of classes is there once, in whatever order: the row of each item of the grid. Else empty.
  std::vector<int64_t> grid_rows() const;
};

// Columns become factors so: with `sizes`, the numbers are class numbers 0 .. size-1; a column named in `continuous`
// keeps its values; otherwise the classes are the distinct values in ascending order, unless there are more than 256 of
// them, some fractional or all different: then the factor is continuous, if `discrete` does not name it. Columns of
// texts are categorical, their classes in alphabetical order. Error (with the row) for numbers that are not finite,
// and for names or sizes that do not fit the columns.

// From `file`: an npy, npz or HDF5 file with an array `name` [N] or [N, K], or a csv or tsv file with a header of K
// names.
FactorTable read_factors(const std::filesystem::path& file, const std::string& name, const FactorOptions& options);
// From the columns of a csv table but `without`, rows in the order `order`.
FactorTable factors_of(const Csv& csv, const std::vector<std::string>& without, const std::vector<size_t>& order,
                       const FactorOptions& options);

// "1.5" as a number; false where `text` is none, or not only one. NaN and infinities by name.
bool read_number(const std::string& text, double& out);

}  // namespace teasel
