#include "teasel/data/python_random.hpp"

#include <bit>

namespace teasel {
namespace {

constexpr size_t size = 624, middle = 397;

}  // namespace

PythonRandom::PythonRandom(uint32_t seed, Library library) : library_(library) {
  if (library == Library::numpy) {
    seed_with(seed);
    return;
  }
  // The reference implementation's seeding by an array, here of one word.
  seed_with(19650218);
  size_t i = 1;
  const auto before = [&] { return state_[i - 1] ^ (state_[i - 1] >> 30); };
  const auto advance = [&] {
    if (++i < size) return;
    state_[0] = state_[size - 1];
    i = 1;
  };
  for (size_t k = 0; k < size; ++k, advance()) state_[i] = (state_[i] ^ (before() * 1664525u)) + seed;
  for (size_t k = 1; k < size; ++k, advance())
    state_[i] = (state_[i] ^ (before() * 1566083941u)) - static_cast<uint32_t>(i);
  state_[0] = 0x80000000u;
}

void PythonRandom::seed_with(uint32_t seed) {
  state_[0] = seed;
  for (size_t i = 1; i < size; ++i)
    state_[i] = 1812433253u * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<uint32_t>(i);
}

uint32_t PythonRandom::word() {
  if (next_ == size) {
    for (size_t i = 0; i < size; ++i) {
      const uint32_t y = (state_[i] & 0x80000000u) | (state_[(i + 1) % size] & 0x7fffffffu);
      state_[i] = state_[(i + middle) % size] ^ (y >> 1) ^ (y % 2 ? 0x9908b0dfu : 0);
    }
    next_ = 0;
  }
  uint32_t y = state_[next_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680u;
  y ^= (y << 15) & 0xefc60000u;
  return y ^ (y >> 18);
}

uint32_t PythonRandom::below(uint32_t n) {
  if (library_ == Library::python) {
    const int bits = std::bit_width(n);
    for (;;)
      if (const uint32_t drawn = word() >> (32 - bits); drawn < n) return drawn;
  }
  if (n == 1) return 0;
  const uint32_t mask = std::bit_ceil(n) - 1;
  for (;;)
    if (const uint32_t drawn = word() & mask; drawn < n) return drawn;
}

}  // namespace teasel
