#include "tests/fuzz/mutation.hpp"

#include <algorithm>
#include <iterator>
#include <random>
#include <string_view>

namespace teasel::fuzz {
namespace {

constexpr size_t largest = 1 << 20;

// Where lengths, counts and offsets overflow or change their sign.
constexpr uint64_t numbers[] = {0,          1,          2,          0x7f,       0x80,       0xff,       0x100,
                                0x7fff,     0x8000,     0xffff,     0x10000,    0x7fffffff, 0x80000000, 0xfffffff0,
                                0xffffffff, 1ull << 32, 1ull << 40, 1ull << 62, 1ull << 63, ~0ull >> 1, ~0ull};
constexpr std::string_view number_texts[] = {"0",
                                             "1",
                                             "-1",
                                             "2147483647",
                                             "2147483648",
                                             "4294967296",
                                             "4611686018427387904",
                                             "9223372036854775807",
                                             "9223372036854775808",
                                             "18446744073709551615",
                                             "99999999999999999999999",
                                             "-9223372036854775808",
                                             "1e308",
                                             "1e999",
                                             "0.5",
                                             "nan",
                                             "[",
                                             "{",
                                             "\"",
                                             "'"};

class Mutation {
 public:
  Mutation(const std::vector<Bytes>& files, uint64_t seed, uint64_t number)
      : files_(files), random_(seed * 0x9e3779b97f4a7c15u + number), bytes_(files[below(files.size())]) {}

  Bytes run() {
    const size_t changes = size_t{1} << below(4);
    for (size_t i = 0; i < changes; ++i) change();
    if (bytes_.size() > largest) bytes_.resize(largest);
    return std::move(bytes_);
  }

 private:
  size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }
  // Headers stand at the beginning, directories (zip) at the end: half of the changes are made there.
  size_t place() {
    const size_t near = std::min<size_t>(bytes_.size(), 160);
    switch (below(4)) {
      case 0:
        return below(near);
      case 1:
        return bytes_.size() - near + below(near);
      default:
        return below(bytes_.size());
    }
  }
  std::pair<size_t, size_t> part() {
    const size_t begin = place(), most = below(2) ? 16 : bytes_.size();
    return {begin, begin + std::min(below(most) + 1, bytes_.size() - begin)};
  }
  auto at(size_t offset) { return bytes_.begin() + static_cast<std::ptrdiff_t>(offset); }

  void change() {
    if (bytes_.empty()) bytes_.push_back(static_cast<uint8_t>(below(256)));
    switch (below(10)) {
      case 0:
        return flip_bit();
      case 1:
        bytes_[place()] = static_cast<uint8_t>(below(256));
        return;
      case 2:
        if (below(4) == 0) bytes_.resize(place());
        return;
      case 3:
        return cut();
      case 4:
        return repeat();
      case 5:
        return swap_parts();
      case 6:
        return splice();
      case 7:
        return replace_number();
      default:
        return set_number();
    }
  }
  void flip_bit() { bytes_[place()] ^= static_cast<uint8_t>(1u << below(8)); }
  void cut() {
    const auto [begin, end] = part();
    bytes_.erase(at(begin), at(end));
  }
  void repeat() {
    const auto [begin, end] = part();
    Bytes copy(at(begin), at(end));
    // Once in a while so often that what is read by recursion would overflow the stack.
    if (below(64) == 0 && copy.size() < 16)
      for (size_t times = below(17); times > 0; --times) copy.insert(copy.end(), copy.begin(), copy.end());
    bytes_.insert(at(place()), copy.begin(), copy.end());
  }
  void swap_parts() {
    const auto [begin, end] = part();
    std::rotate(at(begin), at(begin + below(end - begin)), at(end));
  }
  // The beginning of this file and the end of another, or a part of another in the middle of this one.
  void splice() {
    const Bytes& other = files_[below(files_.size())];
    if (other.empty()) return;
    const auto from = other.begin() + static_cast<std::ptrdiff_t>(below(other.size()));
    if (below(2)) {
      bytes_.resize(place());
      bytes_.insert(bytes_.end(), from, other.end());
    } else {
      const auto length = static_cast<size_t>(other.end() - from);
      bytes_.insert(at(place()), from, from + static_cast<std::ptrdiff_t>(std::min(length, below(64) + 1)));
    }
  }
  void set_number() {
    const size_t width = size_t{1} << below(4), begin = place();
    const bool big_endian = below(2);
    uint64_t value = numbers[below(std::size(numbers))];
    if (below(8) == 0) value = bytes_.size() + below(5) - 2;
    for (size_t i = 0; i < width && begin + i < bytes_.size(); ++i)
      bytes_[begin + i] = static_cast<uint8_t>(value >> 8 * (big_endian ? width - 1 - i : i));
  }
  void replace_number() {
    const auto is_digit = [](uint8_t c) { return c >= '0' && c <= '9'; };
    const auto begin = std::find_if(at(place()), bytes_.end(), is_digit);
    if (begin == bytes_.end()) return;
    const auto end = std::find_if_not(begin, bytes_.end(), is_digit);
    const std::string_view text = number_texts[below(std::size(number_texts))];
    const auto hole = bytes_.erase(begin, end);
    bytes_.insert(hole, text.begin(), text.end());
  }

  const std::vector<Bytes>& files_;
  std::mt19937_64 random_;
  Bytes bytes_;
};

}  // namespace

Bytes mutated(const std::vector<Bytes>& files, uint64_t seed, uint64_t number) {
  return Mutation(files, seed, number).run();
}

}  // namespace teasel::fuzz
