// The interface of data sets: named fields, gathered by index into the caller's buffer.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "teasel/core/item.hpp"
#include "teasel/core/registry.hpp"
#include "teasel/core/rows.hpp"

namespace teasel {

// For sets that add noise or draw partners: the bytes are a function of the draw and the item, wherever the item stands
// in a batch. Training draws anew in every step; looking ({}) shows every item always the same.
struct Draw {
  uint64_t seed = 0;
  int64_t step = 0;
};

// A data set. All methods are thread-safe.
class Dataset {
 public:
  static constexpr const char* kind = "data set";
  struct Setup {
    std::string path;  // a file or folder of the user's; sets that are rendered ignore it
  };

  virtual ~Dataset() = default;
  virtual const DataSpec& spec() const = 0;
  // Writes field number `field` of the items `index` to `out`, packed as FieldSpec::dtype says, item after item
  // (out.size() == index.size() * field.bytes()).
  virtual void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const = 0;
  // Writes the factors of the items `index` to `out` [index.size(), K], or [index.size(), T, K] where a factor is
  // dynamic (spec().factor_elements() each): class number, or the value of a continuous factor.
  virtual void factors(std::span<const int64_t> index, std::span<float> out) const = 0;
  // The items of a split: "train", "test", "validation" or "all". A set without a split has all its items in "train"
  // and "all"; Error for a split it has not.
  virtual std::vector<int64_t> split(std::string_view name) const;

  // Abilities that a set may have; what needs one asks, and is refused with a reason otherwise.

  // The item whose factors are these (full grids), or nothing.
  virtual std::optional<int64_t> find(std::span<const float> factors) const;
  // Draws field 0 for any factor values (class numbers may be fractional); false where the set cannot.
  virtual bool render(std::span<const float> factors, std::span<std::byte> out) const;
  // The arrays of the file in which others publish this set, for `teasel data make`; none where there is no such file.
  // They must not outlive the set.
  virtual std::vector<RowSource> published(bool hdf5) const;
};

// Wraps another data set (subsets, sizes, colours). Registered like a data set.
class View : public Dataset {
 public:
  static constexpr const char* kind = "view";
  struct Setup {
    std::shared_ptr<const Dataset> inner;
  };
};

// Builds a data set with its views from a resolved `[data]` table: name, path, views and the set's own options.
std::shared_ptr<const Dataset> open_dataset(const Value& data);
// The resolved `[data]` table: all defaults filled in. Error for unknown keys and bad values.
Value resolve_data(const Value& given, const std::string& path = "data");

}  // namespace teasel
