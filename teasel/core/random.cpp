#include "teasel/core/random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <stdexcept>

#if defined(__x86_64__)
#include <immintrin.h>  // _mm_sqrt_ps
#endif

namespace teasel {
namespace {

// Philox's multipliers and Weyl increments (Salmon et al. 2011, section 3.3 and Table 2's Philox4x32).
constexpr uint32_t multiplier_0 = 0xD2511F53, multiplier_1 = 0xCD9E8D57;
constexpr uint32_t increment_0 = 0x9E3779B9, increment_1 = 0xBB67AE85;
constexpr int rounds = 10;

// Blocks are made this many at a time, word by word in arrays of their own, so that the compiler uses vector
// instructions. Every number goes through the same operations wherever it stands in a chunk.
constexpr int chunk = 32;

struct alignas(64) Chunk {
  uint32_t word[4][chunk];  // counters on the way in, random words on the way out
};

struct alignas(64) Numbers {
  float value[4][chunk];
};

[[gnu::always_inline]] inline void philox(Chunk& c, std::array<uint32_t, 2> key) {
  for (int r = 0; r < rounds; ++r) {
    for (int i = 0; i < chunk; ++i) {
      uint64_t product_0 = uint64_t{multiplier_0} * c.word[0][i];
      uint64_t product_1 = uint64_t{multiplier_1} * c.word[2][i];
      c.word[0][i] = static_cast<uint32_t>(product_1 >> 32) ^ c.word[1][i] ^ key[0];
      c.word[1][i] = static_cast<uint32_t>(product_1);
      c.word[2][i] = static_cast<uint32_t>(product_0 >> 32) ^ c.word[3][i] ^ key[1];
      c.word[3][i] = static_cast<uint32_t>(product_0);
    }
    key[0] += increment_0;
    key[1] += increment_1;
  }
}

// (k + 1/2) / 2^23 for the upper 23 bits k: exact, symmetric about 1/2, never 0 or 1.
inline float unit_interval(uint32_t word) {
  return (static_cast<float>(static_cast<int32_t>(word >> 9)) + 0.5f) * 0x1p-23f;
}

// -2 ln((k + 1/2) / 2^31) for the upper 31 bits k. With u = 2^e m and m in [sqrt(1/2), sqrt(2)):
// ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172, where five terms of the series leave 2e-9.
inline float minus_two_log(uint32_t word) {
  float u = (static_cast<float>(static_cast<int32_t>(word >> 1)) + 0.5f) * 0x1p-31f;
  constexpr int32_t root_half = 0x3f3504f3;
  int32_t offset = std::bit_cast<int32_t>(u) - root_half;
  float exponent = static_cast<float>(offset >> 23);
  float m = std::bit_cast<float>((offset & 0x7fffff) + root_half);
  float s = (m - 1.0f) / (m + 1.0f), z = s * s;
  float series = 1.0f + z * (1.0f / 3 + z * (1.0f / 5 + z * (1.0f / 7 + z * (1.0f / 9))));
  return -2.0f * (exponent * std::numbers::ln2_v<float> + 2.0f * s * series);
}

struct SineCosine {
  float sine, cosine;
};

// Sine and cosine of the angle of `word` / 2^32 turns: the nearest quarter turn, and Taylor series on [-pi/4, pi/4]
// to x^9 and x^10, which leave 2e-9.
inline SineCosine sine_cosine(uint32_t word) {
  uint32_t quarter = (word + 0x20000000u) >> 30;
  float x = static_cast<float>(static_cast<int32_t>(word - (quarter << 30))) * (std::numbers::pi_v<float> * 0x1p-31f);
  float z = x * x;
  float sine = x * (1.0f + z * (-1.0f / 6 + z * (1.0f / 120 + z * (-1.0f / 5040 + z * (1.0f / 362880)))));
  float cosine =
      1.0f + z * (-1.0f / 2 + z * (1.0f / 24 + z * (-1.0f / 720 + z * (1.0f / 40320 - z * (1.0f / 3628800)))));
  uint32_t a = std::bit_cast<uint32_t>(sine), b = std::bit_cast<uint32_t>(cosine);
  uint32_t odd = 0u - (quarter & 1);  // all ones where sine and cosine change places
  uint32_t swap = (a ^ b) & odd;
  uint32_t sine_sign = (quarter & 2) << 30, cosine_sign = ((quarter + 1) & 2) << 30;
  return {std::bit_cast<float>(a ^ swap ^ sine_sign), std::bit_cast<float>(b ^ swap ^ cosine_sign)};
}

[[gnu::always_inline]] inline void uniforms(const Chunk& c, Numbers& out) {
  for (int w = 0; w < 4; ++w)
    for (int i = 0; i < chunk; ++i) out.value[w][i] = unit_interval(c.word[w][i]);
}

// std::sqrt may set errno, which keeps compilers from making it a vector instruction; both forms round correctly.
[[gnu::always_inline]] inline void square_roots(float* values) {
#if defined(__x86_64__)
  for (int i = 0; i < chunk; i += 4) _mm_store_ps(values + i, _mm_sqrt_ps(_mm_load_ps(values + i)));
#else
  for (int i = 0; i < chunk; ++i) values[i] = std::sqrt(values[i]);
#endif
}

// Box and Muller 1958: two words make two independent normals.
[[gnu::always_inline]] inline void normals(const Chunk& c, Numbers& out) {
  alignas(64) float radius[chunk];
  for (int w = 0; w < 4; w += 2) {
    for (int i = 0; i < chunk; ++i) radius[i] = minus_two_log(c.word[w][i]);
    square_roots(radius);
    for (int i = 0; i < chunk; ++i) {
      SineCosine angle = sine_cosine(c.word[w + 1][i]);
      out.value[w][i] = radius[i] * angle.cosine;
      out.value[w + 1][i] = radius[i] * angle.sine;
    }
  }
}

// The bodies are the same; the second form of each only lets the compiler use wider registers. Without fused
// multiply-add in either, both give the same bits.
using Generator = void (*)(Chunk&, std::array<uint32_t, 2>, Numbers&);

void uniforms_plain(Chunk& c, std::array<uint32_t, 2> key, Numbers& out) { philox(c, key), uniforms(c, out); }
void normals_plain(Chunk& c, std::array<uint32_t, 2> key, Numbers& out) { philox(c, key), normals(c, out); }

#if defined(__x86_64__)
[[gnu::target("avx2")]] void uniforms_avx2(Chunk& c, std::array<uint32_t, 2> key, Numbers& out) {
  philox(c, key), uniforms(c, out);
}
[[gnu::target("avx2")]] void normals_avx2(Chunk& c, std::array<uint32_t, 2> key, Numbers& out) {
  philox(c, key), normals(c, out);
}
bool has_avx2() { return __builtin_cpu_supports("avx2"); }
#else
constexpr Generator uniforms_avx2 = uniforms_plain, normals_avx2 = normals_plain;
bool has_avx2() { return false; }
#endif

// splitmix64's output function (Steele, Lea and Flood 2014; constants of Stafford's variant 13).
uint64_t mix(uint64_t z) {
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

// FNV-1a, 64 bits (Fowler, Noll and Vo).
uint64_t hash(std::string_view text) {
  uint64_t h = 0xcbf29ce484222325;
  for (unsigned char c : text) h = (h ^ c) * 0x100000001b3;
  return h;
}

// Where a sample's numbers lie: the upper words of the counter. 48 bits of the sample and of the step count.
std::array<uint32_t, 4> counter_of(uint64_t sample, uint64_t step, uint32_t block) {
  return {block, static_cast<uint32_t>(sample), static_cast<uint32_t>(step),
          static_cast<uint32_t>(((sample >> 32) & 0xffff) << 16 | ((step >> 32) & 0xffff))};
}

// Fills `out` chunk by chunk, across the samples' ends.
void fill(Generator generator, std::array<uint32_t, 2> key, uint64_t step, int64_t first_sample, int64_t per_sample,
          std::span<float> out) {
  if (per_sample <= 0 || out.size() % static_cast<size_t>(per_sample) != 0)
    throw std::invalid_argument("random numbers: the buffer holds no whole number of samples");
  const int64_t samples = static_cast<int64_t>(out.size()) / per_sample, blocks = (per_sample + 3) / 4;
  const int64_t total = samples * blocks;
  Chunk c{};
  Numbers numbers;
  int64_t sample = 0, block = 0;  // of the next counter
  float* to = out.data();
  int64_t left = per_sample;  // numbers that the present sample still lacks
  for (int64_t done = 0; done < total; done += chunk) {
    const int count = static_cast<int>(std::min<int64_t>(chunk, total - done));
    for (int i = 0; i < count; ++i) {
      auto counter = counter_of(static_cast<uint64_t>(first_sample + sample), step, static_cast<uint32_t>(block));
      for (int w = 0; w < 4; ++w) c.word[w][i] = counter[w];
      if (++block == blocks) block = 0, ++sample;
    }
    generator(c, key, numbers);
    for (int i = 0; i < count; ++i) {
      const int64_t take = std::min<int64_t>(4, left);
      for (int64_t w = 0; w < take; ++w) *to++ = numbers.value[w][i];
      left = left == take ? per_sample : left - take;
    }
  }
}

// The words of one sample in a row.
class Words {
 public:
  Words(const Stream& stream, int64_t sample) : stream_(stream), sample_(sample) {}
  uint32_t next() {
    if (used_ == 4) words_ = stream_.words(sample_, block_++), used_ = 0;
    return words_[used_++];
  }
  uint64_t next_pair() {
    uint64_t high = next();
    return high << 32 | next();
  }

 private:
  const Stream& stream_;
  int64_t sample_;
  uint32_t block_ = 0;
  std::array<uint32_t, 4> words_{};
  int used_ = 4;
};

// Lemire 2019, "Fast random integer generation in an interval": the product's upper half, rejecting the few low halves
// that would favour some numbers.
uint64_t below_wide(Words& words, uint64_t n) {
  unsigned __int128 product = static_cast<unsigned __int128>(words.next_pair()) * n;
  if (static_cast<uint64_t>(product) < n)
    for (uint64_t least = -n % n; static_cast<uint64_t>(product) < least;)
      product = static_cast<unsigned __int128>(words.next_pair()) * n;
  return static_cast<uint64_t>(product >> 64);
}

uint32_t below_narrow(Words& words, uint32_t n) {
  uint64_t product = uint64_t{words.next()} * n;
  if (static_cast<uint32_t>(product) < n)
    for (uint32_t least = -n % n; static_cast<uint32_t>(product) < least;) product = uint64_t{words.next()} * n;
  return static_cast<uint32_t>(product >> 32);
}

}  // namespace

std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int r = 0; r < rounds; ++r) {
    uint64_t product_0 = uint64_t{multiplier_0} * counter[0], product_1 = uint64_t{multiplier_1} * counter[2];
    counter = {static_cast<uint32_t>(product_1 >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(product_1),
               static_cast<uint32_t>(product_0 >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(product_0)};
    key[0] += increment_0;
    key[1] += increment_1;
  }
  return counter;
}

Stream::Stream(uint64_t seed, std::string_view name, int64_t step, int64_t attempt)
    : step_(static_cast<uint64_t>(step)) {
  uint64_t key = mix(mix(mix(seed) ^ hash(name)) ^ static_cast<uint64_t>(attempt));
  key_ = {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
}

Stream Stream::named(std::string_view name, int64_t number) const {
  Stream out = *this;
  const uint64_t key = mix(mix((uint64_t{key_[1]} << 32 | key_[0]) ^ hash(name)) ^ static_cast<uint64_t>(number));
  out.key_ = {static_cast<uint32_t>(key), static_cast<uint32_t>(key >> 32)};
  return out;
}

std::array<uint32_t, 4> Stream::words(int64_t sample, uint32_t block) const {
  return philox4x32(counter_of(static_cast<uint64_t>(sample), step_, block), key_);
}

void Stream::uniform(int64_t first_sample, int64_t per_sample, std::span<float> out) const {
  static const Generator generator = has_avx2() ? uniforms_avx2 : uniforms_plain;
  fill(generator, key_, step_, first_sample, per_sample, out);
}

void Stream::normal(int64_t first_sample, int64_t per_sample, std::span<float> out) const {
  static const Generator generator = has_avx2() ? normals_avx2 : normals_plain;
  fill(generator, key_, step_, first_sample, per_sample, out);
}

int64_t Stream::below(int64_t n, int64_t index) const {
  if (n <= 0) throw std::invalid_argument("Stream::below: n must be positive");
  Words words(*this, index);
  return static_cast<int64_t>(below_wide(words, static_cast<uint64_t>(n)));
}

std::vector<int64_t> Stream::permutation(int64_t n) const {
  if (n < 0) throw std::invalid_argument("Stream::permutation: n must not be negative");
  std::vector<int64_t> order(static_cast<size_t>(n));
  for (int64_t i = 0; i < n; ++i) order[i] = i;
  Words words(*this, 0);
  for (int64_t i = n; i > 1; --i) {
    uint64_t other =
        i <= UINT32_MAX ? below_narrow(words, static_cast<uint32_t>(i)) : below_wide(words, static_cast<uint64_t>(i));
    std::swap(order[i - 1], order[other]);
  }
  return order;
}

}  // namespace teasel
