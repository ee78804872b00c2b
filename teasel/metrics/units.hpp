// Vector-valued units: groups of columns that stand for one latent.
#pragma once
#include <cstdint>

#include "teasel/core/codes.hpp"

namespace teasel {

// The table with the coordinates of every unit along its first `components` principal components (of all rows; as many
// as it has columns at most) in place of its columns: units in the order of their first columns. Columns without a unit
// stay as they are, as does a table without units. Spreads and divergences of columns are dropped where columns are.
CodeTable with_components(const CodeTable& table, int64_t components);

}  // namespace teasel
