#include "teasel/data/factor_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <numeric>

#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"

namespace teasel {
namespace {

constexpr double missing_number = std::numeric_limits<double>::quiet_NaN();

// One column: numbers, and their texts where one of them is no number. A missing value is NaN among the numbers.
struct Column {
  std::string name;
  std::vector<double> numbers;
  std::vector<std::string> texts = {};
};

struct Source {
  std::string where;
  std::vector<Column> columns;
};

[[noreturn]] void fail(const Source& source, const std::string& what, const std::string& hint) {
  throw Error(fmt::format("{}: {}", source.where, what), hint);
}

template <class T>
std::vector<T> sorted_once(std::vector<T> values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

std::vector<double> known_numbers(const Column& column) {
  std::vector<double> known;
  std::ranges::copy_if(column.numbers, std::back_inserter(known), [](double v) { return !std::isnan(v); });
  return known;
}

FactorSpec classes_of_texts(const Column& column, std::vector<double>& out) {
  std::vector<std::string> known;
  for (size_t i = 0; i < column.texts.size(); ++i)
    if (!std::isnan(column.numbers[i])) known.push_back(column.texts[i]);
  const auto sorted = sorted_once(std::move(known));
  for (size_t i = 0; i < column.texts.size(); ++i)
    out.push_back(std::isnan(column.numbers[i])
                      ? missing_number
                      : static_cast<double>(std::ranges::lower_bound(sorted, column.texts[i]) - sorted.begin()));
  FactorSpec factor{.name = column.name, .scale = FactorSpec::Scale::categorical};
  for (size_t i = 0; i < sorted.size(); ++i) factor.values.push_back(static_cast<double>(i));
  return factor;
}

FactorSpec classes_of_size(const Source& source, const Column& column, int64_t size, std::vector<double>& out) {
  for (size_t i = 0; i < column.numbers.size(); ++i) {
    const double number = column.numbers[i];
    if (!std::isnan(number) && (!(number >= 0 && number < static_cast<double>(size)) || number != std::floor(number)))
      fail(source,
           fmt::format("'{}' of row {} is {}, where a class number from 0 to {} is needed", column.name, i, number,
                       size - 1),
           "Correct sizes, or leave it out: the classes are then the values that occur.");
    out.push_back(number);
  }
  FactorSpec factor{.name = column.name};
  factor.values.resize(static_cast<size_t>(size));
  std::iota(factor.values.begin(), factor.values.end(), 0.0);
  return factor;
}

enum class Kind { by_values, continuous, discrete };

FactorSpec classes_of_values(const Column& column, Kind kind, std::vector<double>& out) {
  const auto known = known_numbers(column);
  const auto sorted = sorted_once(known);
  const bool whole = std::ranges::all_of(sorted, [](double v) { return v == std::floor(v); });
  const bool many = sorted.size() > most_fractional_classes && (!whole || sorted.size() == known.size());
  if (kind == Kind::continuous || (kind == Kind::by_values && many)) {
    out = column.numbers;
    return {.name = column.name, .scale = FactorSpec::Scale::continuous};
  }
  for (double number : column.numbers)
    out.push_back(std::isnan(number) ? number
                                     : static_cast<double>(std::ranges::lower_bound(sorted, number) - sorted.begin()));
  return {.name = column.name, .values = sorted};
}

void check_named(const Source& source, const char* option, const std::vector<std::string>& given,
                 const std::vector<std::string>& names) {
  for (const std::string& name : given)
    if (std::ranges::find(names, name) == names.end())
      fail(source, fmt::format("{} names the factor '{}', which is not there", option, name),
           hint_for_unknown(name, names));
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
  check_named(source, "continuous", options.continuous, names);
  check_named(source, "discrete", options.discrete, names);
  check_named(source, "cyclic", options.cyclic, names);
  check_named(source, "nuisance", options.nuisance, names);
  for (const std::string& name : options.continuous)
    if (std::ranges::count(options.discrete, name))
      fail(source, fmt::format("'{}' is named both continuous and discrete", name), "Say one of the two.");
  if (sorted_once(names).size() != names.size())
    fail(source, "two factors have one name", "Give every factor a name of its own.");
}

// Marks what `missing` says as missing, and complains of numbers that are none.
void settle_missing(const Source& source, Column& column, const FactorOptions& options) {
  if (!column.texts.empty()) return;
  double code = missing_number;
  if (options.may_miss) read_number(options.missing, code);
  for (size_t i = 0; i < column.numbers.size(); ++i) {
    double& number = column.numbers[i];
    if (number == code) number = missing_number;
    if (std::isfinite(number) || (options.may_miss && std::isnan(number))) continue;
    fail(source, fmt::format("'{}' of row {} is {}", column.name, i, number),
         options.may_miss ? "A factor is a finite number, or NaN where it is not known."
                          : "Every factor of every item must be a finite number.");
  }
}

FactorTable table_of(Source source, const FactorOptions& options) {
  if (options.names.size() == source.columns.size())
    for (size_t f = 0; f < options.names.size(); ++f) source.columns[f].name = options.names[f];
  check_options(source, options);
  FactorTable table;
  std::vector<std::vector<double>> columns(source.columns.size());
  for (size_t f = 0; f < columns.size(); ++f) {
    Column& column = source.columns[f];
    const auto named = [&](const std::vector<std::string>& names) {
      return std::ranges::count(names, column.name) > 0;
    };
    const Kind kind = named(options.continuous) ? Kind::continuous
                      : named(options.discrete) ? Kind::discrete
                                                : Kind::by_values;
    settle_missing(source, column, options);
    if (!column.texts.empty() && (kind == Kind::continuous || !options.sizes.empty()))
      fail(source, fmt::format("'{}' holds texts", column.name), "Sizes and continuous are for numbers.");
    table.factors.push_back(!column.texts.empty()    ? classes_of_texts(column, columns[f])
                            : !options.sizes.empty() ? classes_of_size(source, column, options.sizes[f], columns[f])
                                                     : classes_of_values(column, kind, columns[f]));
    table.factors.back().cyclic = named(options.cyclic);
    table.factors.back().nuisance = named(options.nuisance);
  }
  const size_t rows = columns.empty() ? 0 : columns[0].size();
  table.numbers.reserve(rows * columns.size());
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
    Column column{k == 1 ? "factor" : fmt::format("factor_{}", f), {}};
    column.numbers.reserve(static_cast<size_t>(rows));
    for (int64_t i = 0; i < rows; ++i) column.numbers.push_back(numbers[static_cast<size_t>(i * k + f)]);
    source.columns.push_back(std::move(column));
  }
  return source;
}

// The cells of a column, as numbers where all of them are.
Column column_of(const Csv& csv, size_t c, const std::vector<size_t>& order, const FactorOptions& options) {
  Column column{csv.header[c], {}};
  column.numbers.reserve(order.size());
  bool numeric = true;
  for (size_t i : order) {
    const std::string& cell = csv.rows[i][c];
    if (cell.empty() && !options.may_miss)
      throw Error(fmt::format("{}:{}: '{}' is empty", csv.where, csv.lines[i], column.name),
                  "Every factor of every item must have a value.");
    double number = missing_number;
    if (!cell.empty() && !(options.may_miss && cell == options.missing) && !read_number(cell, number)) {
      numeric = false;
      number = 0;
    }
    column.numbers.push_back(number);
  }
  if (numeric) return column;
  for (size_t i : order) column.texts.push_back(csv.rows[i][c]);
  for (double& number : column.numbers)  // of texts, only whether they are there; "inf" and "nan" may be words
    if (!options.may_miss || !std::isnan(number)) number = 0;
  return column;
}

}  // namespace

bool read_number(const std::string& text, double& out) {
  double number = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return false;
  out = number;
  return true;
}

void FactorOptions::describe(Fields& f) {
  f.field("names", names, "names of the factors, one per column; none: the header of a csv file, or factor_0, ...");
  f.field("sizes", sizes, "numbers of classes, one per column; none: the values that occur are the classes",
          at_least(1));
  f.field("continuous", continuous, "names of factors that are no classes: their values are kept");
  f.field("discrete", discrete, "names of factors whose values are classes, however many they are");
  f.field("cyclic", cyclic, "names of factors whose last value is next to the first, as those of an angle");
  f.field("nuisance", nuisance, "names of factors that no code is asked to hold: scores leave them out");
}

int64_t FactorTable::rows() const {
  return factors.empty() ? 0 : static_cast<int64_t>(numbers.size() / factors.size());
}

std::vector<int64_t> FactorTable::grid_rows() const {
  int64_t combinations = 1;
  for (const FactorSpec& factor : factors) {
    if (factor.classes() == 0 || factor.classes() > rows() / combinations) return {};
    combinations *= factor.classes();
  }
  if (factors.empty() || combinations != rows()) return {};
  std::vector<int64_t> out(static_cast<size_t>(rows()), -1);
  for (int64_t i = 0; i < rows(); ++i) {
    int64_t item = 0;
    for (size_t f = 0; f < factors.size(); ++f) {
      const double number = numbers[static_cast<size_t>(i) * factors.size() + f];
      if (std::isnan(number)) return {};
      item = item * factors[f].classes() + static_cast<int64_t>(number);
    }
    if (out[static_cast<size_t>(item)] >= 0) return {};
    out[static_cast<size_t>(item)] = i;
  }
  return out;
}

bool FactorTable::is_full_grid() const {
  const auto rows = grid_rows();
  return !rows.empty() && std::ranges::is_sorted(rows);
}

FactorTable factors_of(const Csv& csv, const std::vector<std::string>& without, const std::vector<size_t>& order,
                       const FactorOptions& options) {
  Source source{csv.where, {}};
  for (size_t c = 0; c < csv.header.size(); ++c)
    if (!std::ranges::count(without, csv.header[c])) source.columns.push_back(column_of(csv, c, order, options));
  return table_of(std::move(source), options);
}

FactorTable read_factors(const std::filesystem::path& file, const std::string& name, const FactorOptions& options) {
  if (names_csv(file)) {
    const Csv csv = read_csv(file);
    std::vector<size_t> order(csv.rows.size());
    std::iota(order.begin(), order.end(), size_t{0});
    return factors_of(csv, {}, order, options);
  }
  const auto rows = open_rows(file, name);
  return table_of(columns_of(read_all(*rows), rows->where()), options);
}

}  // namespace teasel
