#include "teasel/data/gathering.hpp"

#include <stdexcept>
#include <string>

#include "teasel/core/error.hpp"

namespace teasel {
namespace {

void check_index(const DataSpec& spec, std::span<const int64_t> index) {
  for (int64_t i : index)
    if (i < 0 || i >= spec.size)
      throw Error("data set '" + spec.name + "' has no item " + std::to_string(i),
                  "Its items are 0 to " + std::to_string(spec.size - 1) + ".");
}

}  // namespace

void check_gather(const DataSpec& spec, std::span<const int64_t> index, size_t field, std::span<const std::byte> out) {
  if (field >= spec.fields.size()) throw std::invalid_argument("gather: no field " + std::to_string(field));
  if (out.size() != index.size() * static_cast<size_t>(spec.fields[field].bytes()))
    throw std::invalid_argument("gather: the buffer does not hold the items of field '" + spec.fields[field].name +
                                "'");
  check_index(spec, index);
}

void check_factors(const DataSpec& spec, std::span<const int64_t> index, std::span<const float> out) {
  if (out.size() != index.size() * static_cast<size_t>(spec.factor_elements()))
    throw std::invalid_argument("factors: the buffer does not hold the factors of the items");
  check_index(spec, index);
}

}  // namespace teasel
