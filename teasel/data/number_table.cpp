#include "teasel/data/number_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/factor_table.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

constexpr const char* shape_hint = "A table has one row for each item and one column for each latent or factor.";

NumberTable numbers_of_array(const fs::path& file, const std::string& array) {
  const auto reader = open_rows(file, array);
  const auto& shape = reader->shape();
  if (shape.empty() || shape.size() > 2)
    throw Error(
        fmt::format("{} has the shape ({}), where [N, D] or [N] is needed", reader->where(), fmt::join(shape, ", ")),
        shape.size() == 3 ? "Sequences of codes are pooled first: one row for each item." : shape_hint);
  NumberTable table{file.string(), reader->rows(), {}, {}, {}};
  const int64_t columns = reader->row_elements();
  if (table.rows == 0 || columns == 0)
    throw Error(fmt::format("{} has the shape ({}): there is nothing in it", reader->where(), fmt::join(shape, ", ")),
                shape_hint);
  for (int64_t j = 0; j < columns; ++j) table.names.push_back(fmt::format("z{}", j));
  table.values.reserve(static_cast<size_t>(table.rows * columns));
  reader->for_each([&](int64_t, std::span<const std::byte> rows) {
    const Array some{
        reader->type(), {static_cast<int64_t>(rows.size() / size_of(reader->type()))}, {rows.begin(), rows.end()}};
    const auto numbers = some.to_f64();
    table.values.insert(table.values.end(), numbers.begin(), numbers.end());
  });
  return table;
}

}  // namespace

std::string NumberTable::place(size_t at) const {
  const size_t row = at / names.size();
  const std::string& name = names[at % names.size()];
  return lines.empty() ? fmt::format("'{}': column '{}' of row {}", where, name, row)
                       : fmt::format("{}:{}: '{}'", where, lines[row], name);
}

NumberTable NumberTable::take(const std::vector<size_t>& chosen) const {
  NumberTable out{where, static_cast<int64_t>(chosen.size()), names, {}, {}};
  out.values.reserve(chosen.size() * names.size());
  for (const size_t row : chosen) {
    const auto first = values.begin() + static_cast<ptrdiff_t>(row * names.size());
    out.values.insert(out.values.end(), first, first + columns());
    if (!lines.empty()) out.lines.push_back(lines[row]);
  }
  return out;
}

std::string array_named(const fs::path& file, const std::vector<std::string>& names) {
  const auto arrays = list_arrays(file);
  for (const std::string& name : names)
    if (std::ranges::count(arrays, name, &ArrayInfo::name)) return name;
  if (arrays.size() == 1) return arrays[0].name;
  std::string there;
  for (auto& array : arrays) there += (there.empty() ? "" : ", ") + array.name;
  throw Error(fmt::format("'{}' has no array called {}", file.string(), fmt::join(names, ", ")),
              there.empty() ? "There is no array in it." : "It has: " + there + ".");
}

NumberTable read_numbers(const fs::path& file, const std::vector<std::string>& array_names) {
  if (names_csv(file)) return numbers_of(read_csv(file), {});
  const auto kind = array_file_kind(file);
  if (!kind)
    throw Error(fmt::format("'{}' is neither an npy nor an npz nor an HDF5 file", file.string()),
                "Write it with numpy.save, numpy.savez or h5py; tables of texts end in .csv or .tsv.");
  return numbers_of_array(file, kind == ArrayFile::npy ? "" : array_named(file, array_names));
}

NumberTable numbers_of(const Csv& csv, const std::vector<std::string>& without) {
  check_header(csv);
  NumberTable table{csv.where, std::ssize(csv.rows), {}, {}, csv.lines};
  std::vector<size_t> columns;
  for (size_t c = 0; c < csv.header.size(); ++c)
    if (!std::ranges::count(without, csv.header[c])) {
      columns.push_back(c);
      table.names.push_back(csv.header[c]);
    }
  if (table.rows == 0 || columns.empty())
    throw Error(fmt::format("'{}' has no {}", csv.where, columns.empty() ? "columns" : "rows"), shape_hint);
  table.values.reserve(csv.rows.size() * columns.size());
  for (size_t i = 0; i < csv.rows.size(); ++i)
    for (const size_t c : columns) {
      double number = 0;
      if (!read_number(csv.rows[i][c], number))
        throw Error(fmt::format("{}:{}: '{}' is '{}', which is no number", csv.where, csv.lines[i], csv.header[c],
                                csv.rows[i][c]),
                    "A column that names the items is told by --id.");
      table.values.push_back(number);
    }
  return table;
}

void check_header(const Csv& csv) {
  double number = 0;
  bool numbers = true, counted = true;  // pandas names columns 0, 1, 2 where they have no names
  for (size_t c = 0; c < csv.header.size(); ++c) {
    numbers = numbers && read_number(csv.header[c], number);
    counted = counted && csv.header[c] == std::to_string(c);
  }
  if (numbers && !counted)
    throw Error(
        fmt::format("{}:1: the first line holds numbers, where the names of the columns are expected", csv.where),
        "Write a header: z0,z1,z2.");
}

void check_finite(const NumberTable& table, const std::string& what) {
  for (size_t i = 0; i < table.values.size(); ++i)
    if (!std::isfinite(table.values[i]))
      throw Error(
          fmt::format("{} is {}", table.place(i), table.values[i]),
          fmt::format("Where {} is no finite number, no score says anything: look at what made the file.", what));
}

void check_probabilities(const NumberTable& table) {
  const size_t columns = table.names.size();
  for (size_t i = 0; i < table.values.size(); i += columns) {
    double sum = 0;
    for (size_t j = 0; j < columns; ++j) {
      const double p = table.values[i + j];
      if (!(p >= 0 && p <= 1.001))
        throw Error(fmt::format("{} is {}, which is no probability", table.place(i + j), p),
                    "Probabilities are 0 to 1: take the softmax of logits.");
      sum += p;
    }
    if (std::abs(sum - 1) > 1e-3)
      throw Error(fmt::format("'{}': the probabilities of row {} add up to {:.6g}", table.where, i / columns, sum),
                  "Each row holds the probabilities of all classes, whose sum is 1.");
  }
}

void check_rows(const std::string& where, int64_t rows, const NumberTable& table) {
  if (table.rows != rows)
    throw Error(fmt::format("'{}' has {} rows, and '{}' has {}", where, rows, table.where, table.rows),
                "Both have one row for each item, in the same order.");
}

}  // namespace teasel
