// Registries and folders agree, and every data set and view keeps its promises, without being named here.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "teasel/core/random.hpp"
#include "teasel/data/dataset.hpp"
#include "teasel/metrics/matrix.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/metrics/predictor.hpp"
#include "teasel/models/model.hpp"
#include "teasel/nn/discriminator.hpp"
#include "teasel/nn/encoder.hpp"
#include "teasel/nn/likelihood.hpp"

namespace teasel {
namespace {

namespace fs = std::filesystem;

std::set<std::string> stems(const std::string& folder) {
  std::set<std::string> out;
  if (fs::exists(folder))
    for (auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".cpp") out.insert(entry.path().stem().string());
  return out;
}

template <class T>
void expect_registered(const std::string& folder) {
  std::set<std::string> names;
  for (auto* entry : Registry<T>::get().entries()) {
    names.insert(entry->name);
    EXPECT_EQ(fs::path(entry->file).stem().string(), entry->name) << entry->file;
    EXPECT_NE(entry->file.find(folder), std::string::npos) << entry->name << " is registered in " << entry->file;
    EXPECT_FALSE(entry->summary.empty()) << entry->name;
  }
  EXPECT_EQ(names, stems(folder)) << folder;
  EXPECT_FALSE(names.empty()) << folder;
}

TEST(Registries, HoldExactlyTheFilesOfTheirFolders) {
  expect_registered<Model>("teasel/models/zoo");
  expect_registered<Metric>("teasel/metrics/suite");
  expect_registered<MatrixSource>("teasel/metrics/matrices");
  expect_registered<Aggregation>("teasel/metrics/aggregations");
  expect_registered<Predictor>("teasel/metrics/predictors");
  expect_registered<Dataset>("teasel/data/sets");
  expect_registered<View>("teasel/data/views");
  expect_registered<nn::Encoder>("teasel/nn/architectures");
  expect_registered<nn::Decoder>("teasel/nn/architectures");
  expect_registered<nn::Likelihood>("teasel/nn/likelihoods");
  expect_registered<nn::Discriminator>("teasel/nn/discriminators");
}

template <class T>
void expect_documented() {
  for (auto* entry : Registry<T>::get().entries()) {
    for (auto& option : list_options(entry->describe)) {
      EXPECT_FALSE(option.doc.empty()) << entry->name << "." << option.key;
      EXPECT_TRUE(std::ranges::all_of(option.key, [](char c) {
        return std::islower(c) || std::isdigit(c) || c == '_';
      })) << option.key;
    }
  }
}

TEST(Registries, EveryOptionIsInSnakeCaseAndDocumented) {
  expect_documented<Model>();
  expect_documented<Metric>();
  expect_documented<Dataset>();
  expect_documented<View>();
  expect_documented<nn::Encoder>();
  expect_documented<nn::Decoder>();
  expect_documented<nn::Likelihood>();
  expect_documented<nn::Discriminator>();
}

// ---- data sets and views ------------------------------------------------------------------------------------------

std::vector<int64_t> some_items(const DataSpec& spec) {
  std::vector<int64_t> out{0, spec.size - 1};
  for (int64_t i = 0; i < 20; ++i) out.push_back(Stream(1, "items").below(spec.size, i));
  return out;
}

std::vector<std::byte> gather(const Dataset& data, const std::vector<int64_t>& index, size_t field) {
  std::vector<std::byte> out(index.size() * static_cast<size_t>(data.spec().fields[field].bytes()));
  data.gather(index, field, {}, out);
  return out;
}

void expect_fields(const Dataset& data) {
  const auto items = some_items(data.spec());
  ASSERT_FALSE(data.spec().fields.empty());
  EXPECT_EQ(data.spec().fields[0].name, "x");
  for (size_t field = 0; field < data.spec().fields.size(); ++field) {
    const auto together = gather(data, items, field);
    EXPECT_EQ(together, gather(data, items, field));
    const size_t bytes = together.size() / items.size();
    bool any = false;
    for (size_t i = 0; i < items.size(); ++i) {
      const auto alone = gather(data, {items[i]}, field);
      ASSERT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<ptrdiff_t>(i * bytes)))
          << "item " << items[i];
      any |= std::ranges::any_of(alone, [](std::byte b) { return b != std::byte{0}; });
    }
    EXPECT_TRUE(any);
    std::vector<std::byte> wrong(bytes + 1);
    EXPECT_THROW(data.gather(std::vector<int64_t>{0}, field, {}, wrong), std::invalid_argument);
    std::vector<std::byte> one(bytes);
    EXPECT_THROW(data.gather(std::vector<int64_t>{data.spec().size}, field, {}, one), Error);
    EXPECT_THROW(data.gather(std::vector<int64_t>{-1}, field, {}, one), Error);
  }
}

// One row of class numbers, or values of continuous factors.
void expect_factor_row(const DataSpec& spec, std::span<const float> row) {
  for (size_t f = 0; f < row.size(); ++f) {
    const auto& factor = spec.factors[f];
    if (factor.classes() == 0) {
      EXPECT_TRUE(std::isfinite(row[f]));
      continue;
    }
    EXPECT_EQ(row[f], std::floor(row[f])) << factor.name;
    EXPECT_TRUE(row[f] >= 0 && row[f] < static_cast<float>(factor.classes())) << factor.name << " " << row[f];
  }
}

void expect_factors(const Dataset& data) {
  const auto items = some_items(data.spec());
  const size_t k = data.spec().factors.size(), size = static_cast<size_t>(data.spec().factor_elements());
  std::vector<float> table(items.size() * size);
  data.factors(items, table);
  for (size_t i = 0; i < items.size(); ++i) {
    for (size_t at = 0; at < size; at += k) expect_factor_row(data.spec(), std::span(table).subspan(i * size + at, k));
    const std::span<const float> row(table.data() + i * size, k);  // of a video its first frame's
    if (data.spec().full_grid) {
      EXPECT_EQ(data.find(row), items[i]);
    }
    if (const auto found = data.find(row)) {
      EXPECT_EQ(*found, items[i]);
    }
    std::vector<std::byte> drawn(static_cast<size_t>(data.spec().fields[0].bytes()));
    if (data.render(row, drawn)) {
      EXPECT_EQ(drawn, gather(data, {items[i]}, 0)) << "item " << items[i];
    }
  }
}

void expect_splits(const Dataset& data) {
  std::set<int64_t> all;
  for (int64_t item : data.split("all")) EXPECT_TRUE(all.insert(item).second);
  EXPECT_EQ(static_cast<int64_t>(all.size()), data.spec().size);
  EXPECT_EQ(*all.begin(), 0);
  EXPECT_EQ(*all.rbegin(), data.spec().size - 1);
  for (int64_t item : data.split("train")) ASSERT_TRUE(all.contains(item));
  EXPECT_THROW(data.split("nowhere"), Error);
}

void expect_promises(const Dataset& data) {
  EXPECT_GT(data.spec().size, 0);
  if (data.spec().full_grid) {
    int64_t combinations = 1;
    for (auto& factor : data.spec().factors) combinations *= factor.classes();
    EXPECT_EQ(combinations, data.spec().size);
  }
  expect_fields(data);
  expect_factors(data);
  expect_splits(data);
}

TEST(Contract, EveryDataSetThatNeedsNoFileKeepsItsPromises) {
  size_t opened = 0;
  for (auto* entry : Registry<Dataset>::get().entries()) {
    SCOPED_TRACE(entry->name);
    std::shared_ptr<const Dataset> data;
    try {
      data = open_dataset(Value(Value::Table{{"name", Value(entry->name)}}));
    } catch (const Error& needs_a_path) {
      EXPECT_FALSE(needs_a_path.hint().empty()) << needs_a_path.what();
      continue;
    }
    ++opened;
    expect_promises(*data);
  }
  EXPECT_GT(opened, 0u);
}

TEST(Contract, EveryViewOfARenderedSetKeepsItsPromises) {
  size_t opened = 0;
  for (auto& name : Registry<View>::get().names()) {
    SCOPED_TRACE(name);
    Value view{Value::Table{{"name", Value(name)}}};
    // A view of one factor is told which.
    for (auto& option : list_options(Registry<View>::get().at(name).describe))
      if (option.key == "factor") view.set("factor", Value("scale")), view.set("every", Value(2));
    const Value data{Value::Table{{"name", Value("dsprites")}, {"views", Value(Value::List{view})}}};
    expect_promises(*open_dataset(data));
    ++opened;
  }
  EXPECT_GT(opened, 0u);
}

}  // namespace
}  // namespace teasel
