// What data sets share whose factors are a table in memory.
#pragma once
#include <vector>

#include "teasel/data/dataset.hpp"
#include "teasel/data/factor_table.hpp"

namespace teasel {

// Factors, look-up and splits; `gather` is left to the set. Items from `test_begin` on are the test split, where there
// is one.
class TableDataset : public Dataset {
 public:
  const DataSpec& spec() const final { return spec_; }
  void factors(std::span<const int64_t> index, std::span<float> out) const final;
  std::vector<int64_t> split(std::string_view name) const final;
  std::optional<int64_t> find(std::span<const float> numbers) const final;

 protected:
  // `spec` lacks only the factors. Error (`where` names them) where there are not as many rows as items.
  void set_up(DataSpec spec, FactorTable table, const std::string& where, std::optional<int64_t> test_begin = {});

  DataSpec spec_;

 private:
  std::vector<float> numbers_;
  std::optional<int64_t> test_begin_;
};

}  // namespace teasel
