// Which factors a metric can score, and random items that share the value of one of them.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/random.hpp"

namespace teasel {

// The factors that metrics on classes score: neither continuous nor nuisances, and at least two of their values occur
// (`with_constant`: one is enough). Numbers of columns of table.y.
std::vector<int64_t> scored_factors(const CodeTable& table, bool with_constant = false);

// The class numbers of factor `k`, one for each item.
std::vector<int32_t> class_labels(const CodeTable& table, int64_t k);

// `count` items drawn with replacement; number i is a function of (stream, i).
std::vector<int64_t> random_rows(const CodeTable& table, int64_t count, const Stream& stream);

// Random items with one factor held at a value. On a full grid an item is computed from its number; other tables are
// sorted by the values of each factor once. Keeps a reference to the table.
class FixedFactorRows {
 public:
  // `factors`: the factors that will be held, as scored_factors gives them.
  FixedFactorRows(const CodeTable& table, std::span<const int64_t> factors);

  // A value of factor `k`, uniform over those that occur: number `index` of the stream.
  int64_t draw_value(int64_t k, const Stream& stream, int64_t index) const;
  // An item whose factor `k` has class `value`, uniform over all of these: number `index` of the stream.
  int64_t draw_row(int64_t k, int64_t value, const Stream& stream, int64_t index) const;

 private:
  struct Held {
    std::vector<int64_t> occurring;     // class numbers
    std::vector<int64_t> starts, rows;  // the items of class c: rows[starts[c] .. starts[c + 1] - 1]; empty on a grid
  };
  const CodeTable& table_;
  std::vector<int64_t> strides_;  // of a full grid
  std::vector<Held> held_;        // by factor
};

}  // namespace teasel
