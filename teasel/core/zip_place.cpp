#include "teasel/core/zip_place.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace teasel {
namespace {

using Bytes = std::span<const std::byte>;

constexpr uint32_t local_mark = 0x04034b50, entry_mark = 0x02014b50, end_mark = 0x06054b50;
constexpr uint32_t zip64_end_mark = 0x06064b50, zip64_locator_mark = 0x07064b50;
constexpr size_t local_bytes = 30, entry_bytes = 46, end_bytes = 22, zip64_end_bytes = 56, zip64_locator_bytes = 20;
constexpr uint32_t in_zip64 = 0xffffffff;  // the number stands in the extra field

// Little-endian, like the machine; 0 beyond the end, which no mark is.
template <class T>
T number_at(Bytes bytes, uint64_t at) {
  T number = 0;
  if (at <= bytes.size() && bytes.size() - at >= sizeof(T)) std::memcpy(&number, bytes.data() + at, sizeof(T));
  return number;
}

// Where the directory begins, and how many members it lists.
struct Directory {
  uint64_t begin = 0, count = 0;
};

std::optional<Directory> find_directory(Bytes file) {
  // A comment of at most 65,535 bytes may follow the end record.
  const size_t first = file.size() > end_bytes + 65535 ? file.size() - end_bytes - 65535 : 0;
  for (size_t at = file.size() < end_bytes ? 0 : file.size() - end_bytes + 1; at-- > first;) {
    if (number_at<uint32_t>(file, at) != end_mark) continue;
    const Directory small{number_at<uint32_t>(file, at + 16), number_at<uint16_t>(file, at + 10)};
    if (at < zip64_locator_bytes || number_at<uint32_t>(file, at - zip64_locator_bytes) != zip64_locator_mark)
      return small;
    const auto end64 = number_at<uint64_t>(file, at - zip64_locator_bytes + 8);
    if (number_at<uint32_t>(file, end64) != zip64_end_mark || file.size() - end64 < zip64_end_bytes) return {};
    return Directory{number_at<uint64_t>(file, end64 + 48), number_at<uint64_t>(file, end64 + 32)};
  }
  return {};
}

// An entry of the directory, with the numbers that stand in its zip64 field put in their places.
struct Entry {
  uint16_t flags = 0, method = 0;
  uint64_t size = 0, local = 0;
  uint64_t length = 0;  // of the entry itself
};

std::optional<Entry> read_entry(Bytes file, uint64_t at) {
  if (number_at<uint32_t>(file, at) != entry_mark || file.size() - at < entry_bytes) return {};
  const auto name = number_at<uint16_t>(file, at + 28), extra = number_at<uint16_t>(file, at + 30);
  const auto comment = number_at<uint16_t>(file, at + 32);
  if (file.size() - at - entry_bytes < uint64_t{name} + extra + comment) return {};
  Entry entry{number_at<uint16_t>(file, at + 8), number_at<uint16_t>(file, at + 10), number_at<uint32_t>(file, at + 20),
              number_at<uint32_t>(file, at + 42), entry_bytes + uint64_t{name} + extra + comment};
  const bool large = number_at<uint32_t>(file, at + 24) == in_zip64;
  const Bytes fields = file.subspan(at + entry_bytes + name, extra);
  for (size_t field = 0; field + 4 <= fields.size(); field += 4 + number_at<uint16_t>(fields, field + 2)) {
    if (number_at<uint16_t>(fields, field) != 1) continue;
    size_t next = field + 4;  // size, stored size, place: those that did not fit, in this order
    if (large) next += 8;
    if (entry.size == in_zip64) entry.size = number_at<uint64_t>(fields, next), next += 8;
    if (entry.local == in_zip64) entry.local = number_at<uint64_t>(fields, next);
  }
  return entry;
}

}  // namespace

std::optional<std::span<const std::byte>> stored_member(std::span<const std::byte> file, uint64_t index) {
  const auto directory = find_directory(file);
  if (!directory || index >= directory->count) return {};
  auto entry = read_entry(file, directory->begin);
  for (uint64_t i = 0, at = directory->begin; entry && i < index; ++i) {
    at += entry->length;
    entry = read_entry(file, at);
  }
  constexpr uint16_t encrypted = 1, stored = 0;
  if (!entry || entry->method != stored || entry->flags & encrypted) return {};
  if (number_at<uint32_t>(file, entry->local) != local_mark || file.size() - entry->local < local_bytes) return {};
  const uint64_t begin = entry->local + local_bytes + number_at<uint16_t>(file, entry->local + 26) +
                         number_at<uint16_t>(file, entry->local + 28);
  if (begin > file.size() || entry->size > file.size() - begin) return {};
  return file.subspan(begin, entry->size);
}

}  // namespace teasel
