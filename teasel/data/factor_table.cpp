#include "teasel/data/factor_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>
#include <set>

#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {
namespace {

constexpr size_t most_fractional_classes = 256;

// One column: numbers, or texts where one of them is no number.
struct Column {
  std::string name;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

struct Source {
  std::string where;
  std::vector<Column> columns;
};

[[noreturn]] void fail(const Source& source, const std::string& what, const std::string& hint) {
  throw Error(fmt::format("{}: {}", source.where, what), hint);
}

FactorSpec classes_of_texts(const Column& column, std::vector<float>& out) {
  const std::set<std::string> distinct(column.texts.begin(), column.texts.end());
  const std::vector<std::string> sorted(distinct.begin(), distinct.end());
  for (const std::string& text : column.texts)
    out.push_back(static_cast<float>(std::ranges::lower_bound(sorted, text) - sorted.begin()));
  FactorSpec factor{.name = column.name, .scale = FactorSpec::Scale::categorical};
  for (size_t i = 0; i < sorted.size(); ++i) factor.values.push_back(static_cast<double>(i));
  return factor;
}

FactorSpec classes_of_size(const Source& source, const Column& column, int64_t size, std::vector<float>& out) {
  for (size_t i = 0; i < column.numbers.size(); ++i) {
    const double number = column.numbers[i];
    if (!(number >= 0 && number < static_cast<double>(size)) || number != std::floor(number))
      fail(source,
           fmt::format("'{}' of row {} is {}, where a class number from 0 to {} is needed", column.name, i, number,
                       size - 1),
           "Correct sizes, or leave it out: the classes are then the values that occur.");
    out.push_back(static_cast<float>(number));
  }
  FactorSpec factor{.name = column.name};
  factor.values.resize(static_cast<size_t>(size));
  std::iota(factor.values.begin(), factor.values.end(), 0.0);
  return factor;
}

FactorSpec classes_of_values(const Column& column, bool continuous, std::vector<float>& out) {
  const std::set<double> distinct(column.numbers.begin(), column.numbers.end());
  const bool whole = std::ranges::all_of(distinct, [](double v) { return v == std::floor(v); });
  if (continuous || (!whole && distinct.size() > most_fractional_classes)) {
    out.assign(column.numbers.begin(), column.numbers.end());
    return {.name = column.name, .scale = FactorSpec::Scale::continuous};
  }
  const std::vector<double> sorted(distinct.begin(), distinct.end());
  for (double number : column.numbers)
    out.push_back(static_cast<float>(std::ranges::lower_bound(sorted, number) - sorted.begin()));
  return {.name = column.name, .values = sorted};
}

void check_options(const Source& source, const FactorOptions& options) {
  const size_t k = source.columns.size();
  if (!options.names.empty() && options.names.size() != k)
    fail(source, fmt::format("{} columns, and names has {}", k, options.names.size()), "Name every column.");
  if (!options.sizes.empty() && options.sizes.size() != k)
    fail(source, fmt::format("{} columns, and sizes has {}", k, options.sizes.size()),
         "Give the number of classes of every column.");
  std::vector<std::string> names;
  for (const Column& column : source.columns) names.push_back(column.name);
  for (const std::string& name : options.continuous)
    if (std::ranges::find(names, name) == names.end())
      fail(source, fmt::format("continuous names the factor '{}', which is not there", name),
           hint_for_unknown(name, names));
  if (std::set<std::string>(names.begin(), names.end()).size() != names.size())
    fail(source, "two factors have one name", "Give every factor a name of its own.");
}

FactorTable table_of(Source source, const FactorOptions& options) {
  if (options.names.size() == source.columns.size())
    for (size_t f = 0; f < options.names.size(); ++f) source.columns[f].name = options.names[f];
  check_options(source, options);
  FactorTable table;
  std::vector<std::vector<float>> columns(source.columns.size());
  for (size_t f = 0; f < columns.size(); ++f) {
    const Column& column = source.columns[f];
    const bool continuous = std::ranges::count(options.continuous, column.name) > 0;
    for (size_t i = 0; i < column.numbers.size(); ++i)
      if (!std::isfinite(column.numbers[i]))
        fail(source, fmt::format("'{}' of row {} is {}", column.name, i, column.numbers[i]),
             "Every factor of every item must be a finite number.");
    if (!column.texts.empty() && (continuous || !options.sizes.empty()))
      fail(source, fmt::format("'{}' holds texts", column.name), "Sizes and continuous are for numbers.");
    table.factors.push_back(!column.texts.empty()    ? classes_of_texts(column, columns[f])
                            : !options.sizes.empty() ? classes_of_size(source, column, options.sizes[f], columns[f])
                                                     : classes_of_values(column, continuous, columns[f]));
  }
  const size_t rows = columns.empty() ? 0 : columns[0].size();
  for (size_t i = 0; i < rows; ++i)
    for (const auto& column : columns) table.numbers.push_back(column[i]);
  return table;
}

Source columns_of(const Array& array, const std::string& where) {
  if (array.shape.empty() || array.shape.size() > 2)
    throw Error(fmt::format("{} has the shape ({}), where factors [N] or [N, K] are needed", where,
                            fmt::join(array.shape, ", ")),
                "Give one row per item and one column per factor.");
  const int64_t rows = array.shape[0], k = array.shape.size() == 2 ? array.shape[1] : 1;
  if (rows == 0) throw Error(fmt::format("{} has no rows", where), "Give one row per item and one column per factor.");
  const std::vector<double> numbers = array.to_f64();
  Source source{where, {}};
  for (int64_t f = 0; f < k; ++f) {
    Column column{k == 1 ? "factor" : fmt::format("factor_{}", f), {}, {}};
    for (int64_t i = 0; i < rows; ++i) column.numbers.push_back(numbers[static_cast<size_t>(i * k + f)]);
    source.columns.push_back(std::move(column));
  }
  return source;
}

bool to_number(const std::string& text, double& out) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), out);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

bool is_csv(const std::filesystem::path& file) { return file.extension() == ".csv"; }

}  // namespace

void FactorOptions::describe(Fields& f) {
  f.field("names", names, "names of the factors, one per column; none: the header of a csv file, or factor_0, ...");
  f.field("sizes", sizes, "numbers of classes, one per column; none: the values that occur are the classes",
          at_least(1));
  f.field("continuous", continuous, "names of factors that are no classes: their values are kept");
}

int64_t FactorTable::rows() const {
  return factors.empty() ? 0 : static_cast<int64_t>(numbers.size() / factors.size());
}

bool FactorTable::is_full_grid() const {
  int64_t combinations = 1;
  for (const FactorSpec& factor : factors) {
    if (factor.classes() == 0 || factor.classes() > rows() / combinations) return false;
    combinations *= factor.classes();
  }
  return combinations == rows() && first_off_grid(factors, numbers) == rows();
}

FactorTable factors_of(const Csv& csv, const std::vector<std::string>& without, const std::vector<size_t>& order,
                       const FactorOptions& options) {
  Source source{csv.where, {}};
  for (size_t c = 0; c < csv.header.size(); ++c) {
    if (std::ranges::count(without, csv.header[c])) continue;
    Column column{csv.header[c], {}, {}};
    bool numeric = true;
    for (size_t i : order) {
      double number = 0;
      if (csv.rows[i][c].empty())
        throw Error(fmt::format("{}:{}: '{}' is empty", csv.where, csv.lines[i], column.name),
                    "Every factor of every item must have a value.");
      numeric = numeric && to_number(csv.rows[i][c], number);
      column.numbers.push_back(number);
      column.texts.push_back(csv.rows[i][c]);
    }
    if (numeric)
      column.texts.clear();
    else
      column.numbers.clear();
    source.columns.push_back(std::move(column));
  }
  return table_of(std::move(source), options);
}

FactorTable read_factors(const std::filesystem::path& file, const std::string& name, const FactorOptions& options) {
  if (is_csv(file)) {
    const Csv csv = read_csv(file);
    std::vector<size_t> order(csv.rows.size());
    std::iota(order.begin(), order.end(), size_t{0});
    return factors_of(csv, {}, order, options);
  }
  const auto rows = open_rows(file, name);
  return table_of(columns_of(read_all(*rows), rows->where()), options);
}

}  // namespace teasel
