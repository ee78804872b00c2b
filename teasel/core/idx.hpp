// The idx format of MNIST.
#pragma once
#include <filesystem>

#include "teasel/core/array.hpp"

namespace teasel {

// An idx file (yann.lecun.com/exdb/mnist, "The IDX file format"): two zero bytes, a type, the number of dimensions,
// big-endian extents, big-endian elements in row-major order. Plain or gzipped, told by its first bytes. i16 is widened
// to i32. Error where it is none, ends too early, is longer than it says, or is damaged.
Array read_idx(const std::filesystem::path& path);
// Whether the file begins like one; gzipped files are inflated that far.
bool is_idx(const std::filesystem::path& path);

}  // namespace teasel
