// Keeps the items whose class of one factor is among some. Stacked, it cuts smaller grids out of a grid.
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "teasel/data/dataset.hpp"
#include "teasel/data/gathering.hpp"

namespace teasel {
namespace {

std::vector<std::string> names_of(const std::vector<FactorSpec>& factors) {
  std::vector<std::string> names;
  for (const FactorSpec& factor : factors) names.push_back(factor.name);
  return names;
}

// A factor left with one class tells nothing and is no longer a factor of the view; else its classes are numbered anew,
// and keep their true values. A full grid stays one; items keep their order.
class Select final : public View {
 public:
  struct Options {
    std::string factor;
    std::vector<int64_t> values;
    int64_t every = 1;
    void describe(Fields& f) {
      f.field("factor", factor, "the factor that is restricted");
      f.field("values", values, "class numbers to keep, ascending; none: all", at_least(0));
      f.field("every", every, "keeps every n-th of these: the first, the n-th after it, ...", at_least(1));
    }
  };

  Select(const Options& options, const Setup& setup) : inner_(setup.inner), spec_(inner_->spec()) {
    factor_ = find_factor(options.factor);
    kept_ = classes_to_keep(options, spec_.factors[factor_]);
    new_class_.assign(static_cast<size_t>(spec_.factors[factor_].classes()), -1);
    for (size_t i = 0; i < kept_.size(); ++i) new_class_[static_cast<size_t>(kept_[i])] = static_cast<int64_t>(i);
    if (spec_.full_grid) {
      stride_ = grid_strides(spec_.factors)[factor_];
      spec_.size = spec_.size / std::ssize(new_class_) * std::ssize(kept_);
    } else {
      list_items();
    }
    restrict_factor();
  }

  const DataSpec& spec() const override { return spec_; }

  void gather(std::span<const int64_t> index, size_t field, Draw draw, std::span<std::byte> out) const override {
    check_gather(spec_, index, field, out);
    inner_->gather(inner_items(index), field, draw, out);
  }

  void factors(std::span<const int64_t> index, std::span<float> out) const override {
    check_factors(spec_, index, out);
    const std::vector<float> inner = inner_factors(inner_items(index));
    const size_t k = inner_->spec().factors.size();
    for (size_t i = 0, o = 0; i < inner.size(); ++i) {
      if (i % k != factor_)
        out[o++] = inner[i];
      else if (kept_.size() > 1)
        out[o++] = static_cast<float>(new_class_[static_cast<size_t>(inner[i])]);
    }
  }

  std::vector<int64_t> split(std::string_view name) const override {
    std::vector<int64_t> items;
    for (int64_t item : inner_->split(name))
      if (auto mine = own_item(item)) items.push_back(*mine);
    return items;
  }

  std::optional<int64_t> find(std::span<const float> numbers) const override {
    if (numbers.size() != spec_.factors.size()) return std::nullopt;
    const auto whole = [&](double number) -> std::optional<double> {
      if (number != std::floor(number) || !(number >= 0 && number < static_cast<double>(kept_.size())))
        return std::nullopt;
      return static_cast<double>(kept_[static_cast<size_t>(number)]);
    };
    const auto inner = inner_numbers(numbers, whole);
    if (!inner) return std::nullopt;
    const auto item = inner_->find(*inner);
    return item ? own_item(*item) : std::nullopt;
  }

  // Between two kept classes, and beyond the outermost ones, numbers of the inner set are interpolated.
  bool render(std::span<const float> numbers, std::span<std::byte> out) const override {
    if (numbers.size() != spec_.factors.size()) return false;
    const auto between = [&](double number) -> std::optional<double> {
      if (kept_.size() == 1) return static_cast<double>(kept_[0]);
      if (!std::isfinite(number)) return std::nullopt;
      const auto low = static_cast<size_t>(std::clamp(std::floor(number), 0.0, static_cast<double>(kept_.size() - 2)));
      return static_cast<double>(kept_[low]) +
             (number - static_cast<double>(low)) * static_cast<double>(kept_[low + 1] - kept_[low]);
    };
    const auto inner = inner_numbers(numbers, between);
    return inner && inner_->render(*inner, out);
  }

 private:
  size_t find_factor(const std::string& name) const {
    const auto names = names_of(spec_.factors);
    const auto at = std::ranges::find(names, name);
    if (name.empty()) throw Error("view 'select' needs a factor", hint_for_unknown("", names));
    if (at == names.end())
      throw Error("view 'select': data set '" + spec_.name + "' has no factor '" + name + "'",
                  hint_for_unknown(name, names));
    const FactorSpec& factor = spec_.factors[static_cast<size_t>(at - names.begin())];
    if (factor.classes() == 0 || factor.dynamic)
      throw Error("view 'select': factor '" + name + "' has no class per item",
                  "Choose a factor with classes that is not dynamic.");
    return static_cast<size_t>(at - names.begin());
  }

  static std::vector<int64_t> classes_to_keep(const Options& options, const FactorSpec& factor) {
    std::vector<int64_t> all = options.values;
    if (all.empty()) {
      all.resize(factor.values.size());
      std::iota(all.begin(), all.end(), int64_t{0});
    }
    if (std::ranges::adjacent_find(all, std::greater_equal<>()) != all.end() || all.back() >= factor.classes())
      throw Error("view 'select': values of '" + factor.name + "' must be class numbers in ascending order",
                  "It has the classes 0 to " + std::to_string(factor.classes() - 1) + ".");
    std::vector<int64_t> kept;
    for (size_t i = 0; i < all.size(); i += static_cast<size_t>(options.every)) kept.push_back(all[i]);
    return kept;
  }

  // Where the items are no grid, they are listed once.
  void list_items() {
    std::vector<int64_t> all(static_cast<size_t>(spec_.size));
    std::iota(all.begin(), all.end(), int64_t{0});
    const std::vector<float> numbers = inner_factors(all);
    const size_t k = spec_.factors.size();
    for (size_t i = 0; i < all.size(); ++i)
      if (new_class_[static_cast<size_t>(numbers[i * k + factor_])] >= 0) listed_.push_back(all[i]);
    if (listed_.empty())
      throw Error("view 'select': no item of data set '" + spec_.name + "' has these classes of '" +
                  spec_.factors[factor_].name + "'");
    spec_.size = std::ssize(listed_);
  }

  void restrict_factor() {
    std::vector<double> values;
    for (int64_t old : kept_) values.push_back(spec_.factors[factor_].values[static_cast<size_t>(old)]);
    spec_.factors[factor_].values = std::move(values);
    if (kept_.size() == 1) spec_.factors.erase(spec_.factors.begin() + static_cast<std::ptrdiff_t>(factor_));
  }

  std::vector<int64_t> inner_items(std::span<const int64_t> index) const {
    std::vector<int64_t> items;
    for (int64_t mine : index) items.push_back(listed_.empty() ? inner_item(mine) : listed_[static_cast<size_t>(mine)]);
    return items;
  }

  // On a grid: the restricted factor is one digit of the number.
  int64_t inner_item(int64_t mine) const {
    const int64_t high = mine / stride_, count = std::ssize(kept_);
    const int64_t old_class = kept_[static_cast<size_t>(high % count)];
    return (high / count * std::ssize(new_class_) + old_class) * stride_ + mine % stride_;
  }

  // The number here of the inner set's item, if it was kept.
  std::optional<int64_t> own_item(int64_t item) const {
    if (!listed_.empty()) {
      const auto at = std::ranges::lower_bound(listed_, item);
      if (at == listed_.end() || *at != item) return std::nullopt;
      return at - listed_.begin();
    }
    const int64_t classes = std::ssize(new_class_), mine = new_class_[static_cast<size_t>(item / stride_ % classes)];
    if (mine < 0) return std::nullopt;
    return (item / stride_ / classes * std::ssize(kept_) + mine) * stride_ + item % stride_;
  }

  std::vector<float> inner_factors(std::span<const int64_t> items) const {
    std::vector<float> numbers(items.size() * inner_->spec().factors.size());
    inner_->factors(items, numbers);
    return numbers;
  }

  // The inner set's class numbers for ours; `translate` does it for the restricted factor.
  std::optional<std::vector<float>> inner_numbers(std::span<const float> numbers,
                                                  const std::function<std::optional<double>(double)>& translate) const {
    std::vector<float> inner(numbers.begin(), numbers.end());
    const auto at = inner.begin() + static_cast<std::ptrdiff_t>(factor_);
    const auto number = translate(kept_.size() == 1 ? 0.0 : static_cast<double>(*at));
    if (!number) return std::nullopt;
    if (kept_.size() == 1)
      inner.insert(at, static_cast<float>(*number));
    else
      *at = static_cast<float>(*number);
    return inner;
  }

  std::shared_ptr<const Dataset> inner_;
  DataSpec spec_;
  size_t factor_ = 0;
  std::vector<int64_t> kept_, new_class_;  // inner class of each class; class of each inner class, or -1
  std::vector<int64_t> listed_;            // the kept items in order, where the inner set is no grid
  int64_t stride_ = 1;                     // of the factor, where it is
};

TEASEL_REGISTER(View, Select, "keeps some classes of one factor; stacked, it cuts a smaller grid out of a grid");

}  // namespace
}  // namespace teasel
