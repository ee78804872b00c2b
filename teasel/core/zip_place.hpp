// Where the members of a zip archive lie that were not deflated.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace teasel {

// The bytes of member number `index` of the archive `file` (PKWARE's APPNOTE, sections 4.3 to 4.5, zip64 included)
// where they are stored as they are; nothing where the member is deflated, encrypted or absent, or the directory does
// not fit the file. libzip does not tell where a member begins.
std::optional<std::span<const std::byte>> stored_member(std::span<const std::byte> file, uint64_t index);

}  // namespace teasel
