#include "teasel/data/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "teasel/core/progress.hpp"
#include "teasel/data/grid.hpp"

namespace teasel {
namespace {

std::vector<KnownFile>& known_files() {
  static std::vector<KnownFile> list;
  return list;
}

std::string text_of(ArrayType type, const std::vector<int64_t>& shape) {
  return fmt::format("{} ({})", name_of(type), fmt::join(shape, ", "));
}

// Numbers of a file that nothing is known about: readable to the end, and finite.
void check_unknown_array(const std::filesystem::path& path, const ArrayInfo& array, CheckReport& report) {
  const std::string what = fmt::format("array '{}'", array.name);
  if (!array.type)
    return report.add(what, "", fmt::format("({}) {}", fmt::join(array.shape, ", "), array.unreadable), !array.damaged);
  report.attempt(what, [&] {
    int64_t not_finite = 0;
    double low = INFINITY, high = -INFINITY;
    const auto look = [&](double value) {
      not_finite += !std::isfinite(value);
      low = std::min(low, value), high = std::max(high, value);
    };
    open_rows(path, array.name)->for_each([&](int64_t, std::span<const std::byte> rows) {
      const Array portion{
          *array.type, {static_cast<int64_t>(rows.size() / size_of(*array.type))}, {rows.begin(), rows.end()}};
      for (double value : portion.to_f64()) look(value);
    });
    report.add(what, not_finite ? "finite numbers" : "",
               fmt::format("{}, from {} to {}{}", text_of(*array.type, array.shape), low, high,
                           not_finite ? fmt::format(", {} of them not finite", not_finite) : ""),
               not_finite == 0);
  });
}

// Field number `field` of all items in portions.
void check_values(const Dataset& data, size_t field, CheckReport& report) {
  const FieldSpec& about = data.spec().fields[field];
  report.attempt(fmt::format("field '{}'", about.name), [&] {
    const int64_t portion = std::max<int64_t>(1, (4 << 20) / std::max<int64_t>(1, about.bytes()));
    std::vector<std::byte> items;
    int64_t outside = 0, first_outside = -1;
    const auto low = static_cast<float>(data.spec().low), high = static_cast<float>(data.spec().high);
    Progress bar("read " + data.spec().name, data.spec().size, "items");
    for (int64_t first = 0; first < data.spec().size; first += portion) {
      std::vector<int64_t> index;
      for (int64_t i = first; i < std::min(first + portion, data.spec().size); ++i) index.push_back(i);
      items.resize(index.size() * static_cast<size_t>(about.bytes()));
      data.gather(index, field, {}, items);
      for (size_t at = 0; about.dtype == Dtype::f32 && at < items.size(); at += sizeof(float)) {
        float value;
        std::memcpy(&value, items.data() + at, sizeof value);
        if (value >= low && value <= high) continue;
        if (outside++ == 0) first_outside = first + static_cast<int64_t>(at) / about.bytes();
      }
      bar.update(index.back() + 1);
    }
    bar.finish();
    report.add(fmt::format("field '{}'", about.name),
               fmt::format("values from {} to {}", data.spec().low, data.spec().high),
               outside ? fmt::format("{} values outside, the first in item {}", outside, first_outside)
                       : fmt::format("{} items of {} ({}) read", data.spec().size, name_of(about.dtype),
                                     fmt::join(about.shape, ", ")),
               outside == 0);
  });
}

void check_factor_columns(const Dataset& data, CheckReport& report) {
  const auto& factors = data.spec().factors;
  const std::vector<int64_t> all = data.split("all");
  std::vector<float> table(all.size() * static_cast<size_t>(data.spec().factor_elements()));
  data.factors(all, table);
  for (size_t f = 0; f < factors.size(); ++f) {
    std::set<float> seen;
    int64_t wrong = 0;
    for (size_t at = f; at < table.size(); at += factors.size()) {
      const float number = table[at];
      const bool fine = factors[f].classes() == 0 ? std::isfinite(number)
                                                  : number >= 0 && number < static_cast<float>(factors[f].classes()) &&
                                                        number == std::floor(number);
      wrong += !fine;
      if (factors[f].classes() > 0) seen.insert(number);
    }
    const std::string expected =
        factors[f].classes() ? fmt::format("classes 0 to {}", factors[f].classes() - 1) : "finite numbers";
    const bool all_seen = factors[f].classes() == 0 || std::ssize(seen) == factors[f].classes();
    report.add(fmt::format("factor '{}'", factors[f].name), expected,
               wrong      ? fmt::format("{} numbers that are none", wrong)
               : all_seen ? "as expected"
                          : fmt::format("{} of these classes occur", seen.size()),
               wrong == 0);
  }
  if (data.spec().full_grid) {
    const int64_t off = first_off_grid(factors, table);
    report.add("grid of factors", "every combination once, the last factor fastest",
               off < data.spec().size ? fmt::format("item {} is elsewhere", off) : "as expected",
               off == data.spec().size);
  }
}

void check_splits(const Dataset& data, CheckReport& report) {
  const auto train = data.split("train");
  try {
    const auto test = data.split("test");
    const std::set<int64_t> both(train.begin(), train.end());
    const auto shared = std::ranges::count_if(test, [&](int64_t i) { return both.contains(i); });
    report.add("splits", "no item in both",
               fmt::format("train {}, test {}, shared {}", train.size(), test.size(), shared), shared == 0);
  } catch (const Error&) {
    report.add("splits", "", fmt::format("train {}, no test split", train.size()), true);
  }
}

}  // namespace

void CheckReport::add(std::string what, std::string expected, std::string found, bool right) {
  findings.push_back({std::move(what), std::move(expected), std::move(found), right});
}

void CheckReport::compare(std::string what, std::string expected, std::string found) {
  const bool same = expected == found;
  add(std::move(what), std::move(expected), std::move(found), same);
}

void CheckReport::attempt(std::string what, const std::function<void()>& look) {
  try {
    look();
  } catch (const Error& error) {
    add(std::move(what), "readable", error.what(), false);
  }
}

bool CheckReport::right() const { return std::ranges::all_of(findings, &Finding::right); }

RegisterKnownFile::RegisterKnownFile(KnownFile known) { known_files().push_back(std::move(known)); }

const ArrayInfo* find_array(const std::vector<ArrayInfo>& arrays, const std::string& name) {
  const auto found = std::ranges::find(arrays, name, &ArrayInfo::name);
  return found == arrays.end() ? nullptr : &*found;
}

bool check_array(CheckReport& report, const std::vector<ArrayInfo>& arrays, const std::string& name, ArrayType type,
                 const std::vector<int64_t>& shape) {
  const ArrayInfo* array = find_array(arrays, name);
  const std::string found = !array ? "absent" : !array->type ? array->unreadable : text_of(*array->type, array->shape);
  report.compare(fmt::format("array '{}'", name), text_of(type, shape), found);
  return report.findings.back().right;
}

CheckReport check_path(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path))
    throw Error(fmt::format("there is no file or folder '{}'", path.string()),
                "Check the path; it is relative to the folder where the program was started.");
  CheckReport report{path.string(), "", {}};
  std::vector<ArrayInfo> arrays;
  const bool file = std::filesystem::is_regular_file(path);
  const auto kind = file ? array_file_kind(path) : std::nullopt;
  if (kind) report.attempt("list of arrays", [&] { arrays = list_arrays(path); });
  for (const KnownFile& known : known_files())
    if (known.recognises(path, arrays)) {
      report.kind = known.name;
      report.attempt("content", [&] { known.check(path, arrays, report); });
      return report;
    }
  report.kind = kind ? name_of(*kind) + " file of your own" : "unknown";
  if (!kind) report.add("kind", "npy, npz, HDF5, idx, or a folder of pictures or idx files", "none of these", false);
  for (const ArrayInfo& array : arrays) check_unknown_array(path, array, report);
  return report;
}

CheckReport check_dataset(const Dataset& data) {
  CheckReport report{data.spec().name, "data set", {}};
  report.add("items", "at least 1", fmt::format("{}", data.spec().size), data.spec().size > 0);
  for (size_t field = 0; field < data.spec().fields.size(); ++field) check_values(data, field, report);
  check_factor_columns(data, report);
  check_splits(data, report);
  return report;
}

}  // namespace teasel
