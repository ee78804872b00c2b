#include "teasel/data/gathering.hpp"

#include <stdexcept>
#include <string>

namespace teasel {

void check_gather(const DataSpec& spec, std::span<const int64_t> index, size_t field, std::span<const std::byte> out) {
  if (field >= spec.fields.size()) throw std::invalid_argument("gather: no field " + std::to_string(field));
  if (out.size() != index.size() * static_cast<size_t>(spec.fields[field].bytes()))
    throw std::invalid_argument("gather: the buffer does not hold the items of field '" + spec.fields[field].name +
                                "'");
  spec.check_items(index);
}

void check_factors(const DataSpec& spec, std::span<const int64_t> index, std::span<const float> out) {
  if (out.size() != index.size() * static_cast<size_t>(spec.factor_elements()))
    throw std::invalid_argument("factors: the buffer does not hold the factors of the items");
  spec.check_items(index);
}

}  // namespace teasel
