#include "teasel/data/code_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "teasel/core/csv.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/number_table.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

const std::vector<std::string> code_names{"means", "codes", "z", "mu"};
const std::vector<std::string> factor_names{"factors", "labels", "latents_classes", "y"};

// Rows of the codes and of the factors that belong together.
struct Pairs {
  std::vector<size_t> codes, factors;
};

std::map<std::string, size_t> rows_by_id(const Csv& csv, size_t column) {
  std::map<std::string, size_t> out;
  for (size_t i = 0; i < csv.rows.size(); ++i) {
    const std::string& id = csv.rows[i][column];
    const auto [at, added] = out.emplace(id, i);
    if (!added)
      throw Error(fmt::format("{}:{}: the id '{}' stands there a second time, after line {}", csv.where, csv.lines[i],
                              id, csv.lines[at->second]),
                  "An id names one item.");
  }
  return out;
}

Pairs join(const Csv& codes, const Csv& factors, const std::string& id, std::vector<std::string>& remarks) {
  const size_t column = codes.column(id);
  const auto of_codes = rows_by_id(codes, column), of_factors = rows_by_id(factors, factors.column(id));
  Pairs out;
  for (size_t i = 0; i < codes.rows.size(); ++i)
    if (const auto found = of_factors.find(codes.rows[i][column]); found != of_factors.end()) {
      out.codes.push_back(i);
      out.factors.push_back(found->second);
    }
  if (out.codes.empty())
    throw Error(
        fmt::format("no '{}' of {} stands in {} too", id, codes.where, factors.where),
        codes.rows.empty() || factors.rows.empty()
            ? "One of the tables is empty."
            : fmt::format("The first are '{}' and '{}'.", codes.rows[0][column], factors.rows[0][factors.column(id)]));
  const size_t alone = of_codes.size() - out.codes.size(), other = of_factors.size() - out.codes.size();
  if (alone + other > 0)
    remarks.push_back(fmt::format("{} items were joined by '{}'; {} of {} and {} of {} have no partner",
                                  out.codes.size(), id, alone, codes.where, other, factors.where));
  return out;
}

Csv read_table_with_id(const fs::path& file, const std::string& id) {
  if (!names_csv(file))
    throw Error(fmt::format("'{}' has no column '{}': --id joins tables (*.csv, *.tsv)", file.string(), id),
                "Leave --id out where rows correspond, or write both as tables with a header.");
  return read_csv(file);
}

// Everything in rows, before it becomes a table of codes.
struct Read {
  NumberTable codes;
  FactorTable factors;
  std::string factors_where;
  std::optional<NumberTable> log_variances, probabilities;
};

bool has_array(const fs::path& file, const std::string& name) {
  if (names_csv(file)) return false;
  const auto kind = array_file_kind(file);
  if (!kind || kind == ArrayFile::npy) return false;
  return std::ranges::count(list_arrays(file), name, &ArrayInfo::name) > 0;
}

std::optional<NumberTable> read_beside(const fs::path& file, const fs::path& codes, const std::string& name) {
  if (file.empty() && !has_array(codes, name)) return {};
  return read_numbers(file.empty() ? codes : file, {name});
}

void read_factor_file(const CodeFiles& files, const fs::path& file, Read& read) {
  read.factors_where = file.string();
  if (names_csv(file)) {
    const Csv csv = read_csv(file);
    check_header(csv);
    std::vector<size_t> order(csv.rows.size());
    std::iota(order.begin(), order.end(), size_t{0});
    read.factors = factors_of(csv, {}, order, files.columns);
  } else {
    read.factors = read_factors(file, array_named(file, factor_names), files.columns);
  }
  if (read.factors.rows() == 0)
    throw Error(fmt::format("'{}' has no {}", file.string(), read.factors.factors.empty() ? "columns" : "rows"),
                "Factors have one row for each item and one column for each factor.");
}

Read read_by_rows(const CodeFiles& files) {
  Read read;
  read.codes = read_numbers(files.codes, code_names);
  read.log_variances = read_beside(files.log_variances, files.codes, "log_variances");
  read.probabilities = read_beside(files.class_probabilities, files.codes, "class_probabilities");
  fs::path factors = files.factors;
  if (factors.empty() && has_array(files.codes, "factors")) factors = files.codes;
  if (!factors.empty()) read_factor_file(files, factors, read);
  return read;
}

Read read_by_id(const CodeFiles& files, std::vector<std::string>& remarks) {
  const Csv codes = read_table_with_id(files.codes, files.id);
  rows_by_id(codes, codes.column(files.id));  // for its Error where one stands there twice
  Read read;
  read.codes = numbers_of(codes, {files.id});
  read.log_variances = read_beside(files.log_variances, files.codes, "log_variances");
  read.probabilities = read_beside(files.class_probabilities, files.codes, "class_probabilities");
  if (files.factors.empty()) return read;
  const Csv factors = read_table_with_id(files.factors, files.id);
  const Pairs pairs = join(codes, factors, files.id, remarks);
  for (auto* beside : {&read.log_variances, &read.probabilities})
    if (*beside) {
      check_rows(codes.where, read.codes.rows, **beside);
      *beside = (*beside)->take(pairs.codes);
    }
  read.codes = read.codes.take(pairs.codes);
  read.factors = factors_of(factors, {files.id}, pairs.factors, files.columns);
  read.factors_where = factors.where;
  return read;
}

void check_all(const Read& read) {
  const NumberTable& codes = read.codes;
  check_finite(codes, "a code");
  if (!read.factors.factors.empty() && read.factors.rows() != codes.rows) {
    const bool turned = read.factors.rows() == codes.columns() || std::ssize(read.factors.factors) == codes.rows;
    throw Error(fmt::format("'{}' has {} rows, and '{}' has {}", codes.where, codes.rows, read.factors_where,
                            read.factors.rows()),
                turned ? "One of them seems to lie on its side: each has one row for each item."
                       : "Both have one row for each item, in the same order; tables with an id are joined by --id.");
  }
  if (read.log_variances) {
    check_finite(*read.log_variances, "a log variance");
    check_rows(codes.where, codes.rows, *read.log_variances);
    if (read.log_variances->columns() != codes.columns())
      throw Error(fmt::format("'{}' has {} columns, and '{}' has {}", codes.where, codes.columns(),
                              read.log_variances->where, read.log_variances->columns()),
                  "Log variances have the shape of the codes.");
  }
  if (read.probabilities) {
    check_rows(codes.where, codes.rows, *read.probabilities);
    check_probabilities(*read.probabilities);
  }
}

// Standard deviations and divergences from log variances.
void add_posteriors(const NumberTable& log_variances, CodeTable& table) {
  table.spread.reserve(table.z.size());
  table.kl.reserve(table.z.size());
  for (size_t i = 0; i < table.z.size(); ++i) {
    const double l = log_variances.values[i], spread = std::exp(l / 2);
    if (!(spread > 1e-30 && spread < 1e30))
      throw Error(fmt::format("{} is {}, whose variance no number can hold", log_variances.place(i), l),
                  "Log variances are natural logarithms of variances, for most latents between -20 and 5.");
    table.spread.push_back(static_cast<float>(spread));
    table.kl.push_back(static_cast<float>((table.z[i] * table.z[i] + std::exp(l) - l - 1) / 2));
  }
}

std::vector<int32_t> units_of(const std::vector<int64_t>& sizes, int64_t columns) {
  if (sizes.empty()) return {};
  std::vector<int64_t> all = sizes;
  if (sizes.size() == 1 && sizes[0] > 0 && columns % sizes[0] == 0)
    all.assign(static_cast<size_t>(columns / sizes[0]), sizes[0]);
  const bool fine = std::ranges::all_of(all, [&](int64_t size) { return size > 0 && size <= columns; });
  if (!fine || std::accumulate(all.begin(), all.end(), int64_t{0}) != columns)
    throw Error(fmt::format("units of {} columns do not make {}", fmt::join(sizes, ", "), columns),
                "Say how many columns each unit has, in their order, or one number that divides the columns.");
  std::vector<int32_t> out;
  for (size_t unit = 0; unit < all.size(); ++unit)
    out.insert(out.end(), static_cast<size_t>(all[unit]), static_cast<int32_t>(unit));
  return out;
}

void add_class(NumberTable probabilities, Codes& codes) {
  codes.samples = probabilities.rows;
  Codes::Block block;
  block.about = {.name = "class", .size = probabilities.columns(), .law = LatentLaw::categorical};
  block.location.assign(probabilities.values.begin(), probabilities.values.end());
  codes.blocks.push_back(std::move(block));
}

// Rows in the order of the grid, where the factors are one in another order.
bool settle_grid(Read& read, bool keep_order) {
  const auto rows = read.factors.grid_rows();
  if (rows.empty()) return false;
  if (std::ranges::is_sorted(rows)) return true;
  if (keep_order) return false;
  const std::vector<size_t> order(rows.begin(), rows.end());
  read.codes = read.codes.take(order);
  if (read.log_variances) read.log_variances = read.log_variances->take(order);
  if (read.probabilities) read.probabilities = read.probabilities->take(order);
  const size_t k = read.factors.factors.size();
  std::vector<double> numbers;
  numbers.reserve(read.factors.numbers.size());
  for (const size_t row : order)
    numbers.insert(numbers.end(), read.factors.numbers.begin() + static_cast<ptrdiff_t>(row * k),
                   read.factors.numbers.begin() + static_cast<ptrdiff_t>((row + 1) * k));
  read.factors.numbers = std::move(numbers);
  return true;
}

// What was seen in a column of factors.
struct Seen {
  int64_t missing = 0;
  bool varies = false;
};

Seen look_at(const FactorTable& factors, size_t k) {
  Seen seen;
  std::optional<double> first;
  for (size_t at = k; at < factors.numbers.size(); at += factors.factors.size()) {
    const double number = factors.numbers[at];
    if (std::isnan(number))
      ++seen.missing;
    else if (!first)
      first = number;
    else
      seen.varies = seen.varies || number != *first;
  }
  return seen;
}

void remark_on_factors(const Read& read, std::vector<std::string>& remarks) {
  const auto& factors = read.factors.factors;
  size_t left = 0;
  std::string missing, constant, continuous;
  const auto add = [](std::string& to, const std::string& text) { to += (to.empty() ? "" : ", ") + text; };
  for (size_t k = 0; k < factors.size(); ++k) {
    const Seen seen = look_at(read.factors, k);
    left += seen.varies && !factors[k].nuisance;
    if (seen.missing > 0) add(missing, fmt::format("'{}' in {} rows", factors[k].name, seen.missing));
    if (!seen.varies) add(constant, fmt::format("'{}'", factors[k].name));
    if (factors[k].classes() == 0) add(continuous, fmt::format("'{}'", factors[k].name));
    if (factors[k].classes() > 256 && factors[k].classes() * 4 > read.codes.rows)
      remarks.push_back(fmt::format("factor '{}' has {} classes in {} rows; --continuous says that it has none",
                                    factors[k].name, factors[k].classes(), read.codes.rows));
  }
  if (!constant.empty()) remarks.push_back("left out, for it has a single value: factor " + constant);
  if (!continuous.empty()) remarks.push_back("continuous, so metrics on classes leave it out: factor " + continuous);
  if (!missing.empty()) remarks.push_back("not known, and left out where it is asked for: factor " + missing);
  if (!factors.empty() && left == 0)
    throw Error(fmt::format("no factor of '{}' is left to score: {}", read.factors_where,
                            constant.empty() ? "all are nuisances" : "single values say nothing"),
                "A score needs a factor that has at least two values and is no nuisance.");
}

}  // namespace

FileCodes read_code_files(const CodeFiles& files) {
  FileCodes out;
  CodeFiles settled = files;
  settled.columns.may_miss = true;
  Read read = files.id.empty() ? read_by_rows(settled) : read_by_id(settled, out.remarks);
  check_all(read);
  out.table.unit = units_of(files.units, read.codes.columns());
  remark_on_factors(read, out.remarks);
  out.table.full_grid = settle_grid(read, files.keep_order);
  out.latents = std::move(read.codes.names);
  out.table.n = read.codes.rows;
  out.table.d = std::ssize(out.latents);
  out.table.z = std::move(read.codes.values);
  if (read.log_variances) add_posteriors(*read.log_variances, out.table);
  out.table.k = std::ssize(read.factors.factors);
  out.table.factors = std::move(read.factors.factors);
  out.table.y = std::move(read.factors.numbers);
  if (read.probabilities) add_class(std::move(*read.probabilities), out.codes);
  return out;
}

}  // namespace teasel
