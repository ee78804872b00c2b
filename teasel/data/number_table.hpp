// Tables of numbers from files, with names for their columns and words for their places.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/csv.hpp"

namespace teasel {

struct NumberTable {
  std::string where;  // the file
  int64_t rows = 0;
  std::vector<std::string> names;  // of the columns
  std::vector<double> values;      // [rows, columns]
  std::vector<int> lines;          // of a table of texts: the line of each row

  int64_t columns() const { return static_cast<int64_t>(names.size()); }
  // "codes.npy: row 3, column 'z1'" of values[at].
  std::string place(size_t at) const;
  // These rows, in this order.
  NumberTable take(const std::vector<size_t>& rows) const;
};

// The array of an npz or HDF5 file that has one of these names, or the only one it has; "" of an npy file. Error with
// what is there otherwise.
std::string array_named(const std::filesystem::path& file, const std::vector<std::string>& names);

// Numbers of any type from an npy, npz or HDF5 file [N, D] or [N] (columns z0, z1, ...), or of a csv or tsv file with a
// header. Error for other shapes, no rows or columns, and cells that are no numbers.
NumberTable read_numbers(const std::filesystem::path& file, const std::vector<std::string>& array_names);
// The columns of a table of texts but `without`.
NumberTable numbers_of(const Csv& csv, const std::vector<std::string>& without);

// Error where the first line holds numbers alone, other than 0, 1, 2, ...: then it is no header, and an item would be
// lost.
void check_header(const Csv& csv);
// Error with its place where a number is not finite. `what`: "a code".
void check_finite(const NumberTable& table, const std::string& what);
// Error where rows are no probabilities: below 0, or with a sum that is not 1 (by more than .001).
void check_probabilities(const NumberTable& table);
// Error where `table` has not `rows` rows, as the file `where` has.
void check_rows(const std::string& where, int64_t rows, const NumberTable& table);

}  // namespace teasel
