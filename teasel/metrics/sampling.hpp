// Which items and factors a metric reads: random draws, parts to train and to test on, items that share a value.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/core/random.hpp"
#include "teasel/metrics/metric.hpp"

namespace teasel {

// The factors that metrics on classes score: neither continuous nor nuisances, and at least two of their values occur
// (`with_constant`: one is enough). Numbers of columns of table.y.
std::vector<int64_t> scored_factors(const CodeTable& table, bool with_constant = false);

// The factors that vary and are no nuisances, continuous or not.
std::vector<int64_t> varying_factors(const CodeTable& table);

// The class numbers of factor `k`, one for each item; -1 where its value is not known.
std::vector<int32_t> class_labels(const CodeTable& table, int64_t k);

// The items whose value of factor `k` is known. Labels count the classes that occur among them, in their order.
struct Labelled {
  int64_t n = 0, classes = 0;
  std::vector<double> z;        // [n, D]
  std::vector<int32_t> labels;  // [n] 0..classes-1
};
Labelled labelled(const CodeTable& table, int64_t k);

// `count` items drawn with replacement; number i is a function of (stream, i).
std::vector<int64_t> random_rows(const CodeTable& table, int64_t count, const Stream& stream);

// The codes of these items, row-major [rows, D]: the locations, or, where the table is sampled, draws from the
// posteriors: number `first` + i of `noise` for rows[i], so that an item taken twice has two codes.
std::vector<double> codes_of_rows(const CodeTable& table, std::span<const int64_t> rows, const Stream& noise,
                                  int64_t first = 0);
// These items as a table of their own, no grid any more; `noise` as above. A table that was sampled has neither spread
// nor `sampled` afterwards.
CodeTable take_items(const CodeTable& table, std::span<const int64_t> rows, const Stream& noise);

// What a metric that does not train reads. `samples` 0: every item once. Else, on a full grid, items drawn with
// replacement, as data sets are sampled by their factors; in other tables so many different ones, or all. Where the
// evidence has a split: the first of its rows to train on, as they are.
CodeTable drawn(Evidence& evidence, int64_t samples, const Stream& stream);

// What a metric trains on and what it is tested on. On a full grid both are drawn with replacement; in other tables
// they are disjoint, and in proportion where there are too few items. Where the evidence has a split: its rows. Error
// where a part would be empty.
struct TrainTest {
  CodeTable train, test;
};
TrainTest train_test(Evidence& evidence, int64_t train, int64_t test, const Stream& stream);

// Random items with one factor held at a value. On a full grid an item is computed from its number; other tables are
// sorted by the values of each factor once. Keeps a reference to the table.
class FixedFactorRows {
 public:
  // `factors`: the factors that will be held, as scored_factors gives them.
  FixedFactorRows(const CodeTable& table, std::span<const int64_t> factors);

  // An item whose value of factor `k` is known, uniform over these: number `index` of the stream.
  int64_t draw_item(int64_t k, const Stream& stream, int64_t index) const;
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
