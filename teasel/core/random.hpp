// Named streams of random numbers that are functions of a counter: no state, so nothing to save and nothing to resume.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace teasel {

// Philox4x32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// A stream of random numbers: a function of (seed, name, step, attempt) and of a global sample number.
// `attempt` rises when training rolls back, because the same noise would bring the same failure. The calls below read
// the same words, so give each purpose a name of its own. 48 bits of the sample and step numbers count.
//
// Words: Philox with the key from (seed, name, attempt) and the counter {block, low 32 bits of the sample, low 32 bits
// of the step, next 16 bits of the sample and of the step}. Element e of a sample comes from word e % 4 of block e / 4.
class Stream {
 public:
  Stream(uint64_t seed, std::string_view name, int64_t step = 0, int64_t attempt = 0);

  // Another stream at the same step, a function of this one, a name and a number.
  Stream named(std::string_view name, int64_t number = 0) const;

  // Four uniform 32-bit words: block number `block` of sample `sample`.
  std::array<uint32_t, 4> words(int64_t sample, uint32_t block) const;
  // Fills `out` (samples first_sample, first_sample + 1, ... with `per_sample` numbers each) with numbers from U(0, 1)
  // (never 0 or 1; a grid of 2^-23) or N(0, 1) (Box-Muller, |x| < 6.7). out.size() is a multiple of per_sample.
  void uniform(int64_t first_sample, int64_t per_sample, std::span<float> out) const;
  void normal(int64_t first_sample, int64_t per_sample, std::span<float> out) const;
  // One number of U{0, ..., n-1}, without bias: number `index` of the stream.
  int64_t below(int64_t n, int64_t index) const;
  // A random order of 0..n-1 (Fisher-Yates).
  std::vector<int64_t> permutation(int64_t n) const;

 private:
  std::array<uint32_t, 2> key_;
  uint64_t step_;
};

}  // namespace teasel
