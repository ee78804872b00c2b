// Items and factors of a data set as npy files.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/array.hpp"
#include "teasel/data/dataset.hpp"

namespace teasel {

// Field "x" of these items: [N, item...], uint8 (bits as 0 and 1), float32 or int64. Error for an item that is not
// there.
void export_items(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out);
// Their factors [N, K]: class numbers as int64, or float32 where a factor is continuous.
void export_factors(const Dataset& data, const std::vector<int64_t>& items, const std::filesystem::path& out);
// The whole set as a compressed npz or HDF5 file, told by the ending; gives the names of its arrays. A set that others
// publish as a file gets that file's layout (Dataset::published); any other has `images` [N, item...], and where it has
// factors `factors` (class numbers, as above) and `factor_values` (what they stand for, f64). Never in memory whole.
std::vector<std::string> make_data_file(const Dataset& data, const std::filesystem::path& out);

}  // namespace teasel
