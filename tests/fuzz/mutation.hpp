// Damaged files, made from sound ones.
#pragma once
#include <cstdint>
#include <vector>

namespace teasel::fuzz {

using Bytes = std::vector<uint8_t>;

// The damaged file `number` of the series `seed`: one to eight changes to one of `files` (not empty), each a pure
// function of (seed, number). Changes: flipped bits, set bytes, truncation, cuts, repeats, swapped parts, parts of
// another file, numbers of 1 to 8 bytes in either order set to values where readers overflow, and decimal numbers in
// texts replaced by such values. At most a mebibyte.
Bytes mutated(const std::vector<Bytes>& files, uint64_t seed, uint64_t number);

}  // namespace teasel::fuzz
