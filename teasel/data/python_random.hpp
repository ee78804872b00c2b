// Python's and numpy's random orders: published splits and tables are functions of a seed in one of the two.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace teasel {

// The Mersenne Twister (Matsumoto and Nishimura 1998) as Python's `random.seed(seed)` or numpy's `RandomState(seed)`
// set it going: two ways to fill the state, and two to make a small number of a word.
class PythonRandom {
 public:
  enum class Library { python, numpy };
  explicit PythonRandom(uint32_t seed, Library library = Library::python);

  // 32 uniform bits.
  uint32_t word();
  // Of {0, .., n-1}, n >= 1: Python's `randrange(n)` and `choice`; the steps of either library's `shuffle`.
  uint32_t below(uint32_t n);
  template <class List>
  void shuffle(List& list) {
    for (size_t i = list.size(); i > 1; --i) std::swap(list[i - 1], list[below(static_cast<uint32_t>(i))]);
  }

 private:
  void seed_with(uint32_t seed);

  Library library_;
  std::array<uint32_t, 624> state_{};
  size_t next_ = 624;
};

}  // namespace teasel
