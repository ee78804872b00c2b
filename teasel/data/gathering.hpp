// What data sets check before they gather.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "teasel/core/item.hpp"

namespace teasel {

// Throws Error for an item that the set has not; std::invalid_argument for a field it has not or a buffer of another
// size than index.size() * bytes of the field.
void check_gather(const DataSpec& spec, std::span<const int64_t> index, size_t field, std::span<const std::byte> out);
// The same for factors: out.size() == index.size() * number of factors.
void check_factors(const DataSpec& spec, std::span<const int64_t> index, std::span<const float> out);

}  // namespace teasel
