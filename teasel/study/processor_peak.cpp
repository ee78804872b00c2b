#include "teasel/study/processor_peak.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace teasel {
namespace {

using Clock = std::chrono::steady_clock;

// More sums at once than a multiply-add takes cycles times those that begin in one: 4 * 2 on all processors at hand.
constexpr int kSums = 12;
constexpr int64_t kRounds = 20000;

// `kRounds` multiply-adds into each of kSums vectors. Returns something that depends on all of them.
struct Loop {
  float (*run)(float factor, float addend);
  double flops;  // of one call
  const char* instructions;
};

// The sum of all lanes, so that no lane's work can be left out.
template <class Vector>
float total(const Vector (&sums)[kSums]) {
  float lanes[kSums * sizeof(Vector) / sizeof(float)], out = 0;
  std::memcpy(lanes, sums, sizeof(sums));
  for (float lane : lanes) out += lane;
  return out;
}

#if defined(__x86_64__)

__attribute__((target("avx512f"))) float avx512_loop(float factor, float addend) {
  __m512 sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512 f = _mm512_set1_ps(factor), a = _mm512_set1_ps(addend);
  for (int64_t round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = _mm512_fmadd_ps(sums[i], f, a);
  return total(sums);
}

__attribute__((target("avx512f,avx512bf16"))) float avx512_bf16_loop(float factor, float addend) {
  __m512 sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = _mm512_set1_ps(static_cast<float>(i));
  const __m512bh f = _mm512_cvtne2ps_pbh(_mm512_set1_ps(factor), _mm512_set1_ps(factor)),
                 a = _mm512_cvtne2ps_pbh(_mm512_set1_ps(addend), _mm512_set1_ps(addend));
  for (int64_t round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = _mm512_dpbf16_ps(sums[i], f, a);
  return total(sums);
}

__attribute__((target("avx2,fma"))) float avx2_loop(float factor, float addend) {
  __m256 sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = _mm256_set1_ps(static_cast<float>(i));
  const __m256 f = _mm256_set1_ps(factor), a = _mm256_set1_ps(addend);
  for (int64_t round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = _mm256_fmadd_ps(sums[i], f, a);
  return total(sums);
}

#endif

// Vectors of the compiler's own, for processors without any of the above.
float plain_loop(float factor, float addend) {
  typedef float Vector __attribute__((vector_size(16)));
  Vector sums[kSums];
  for (int i = 0; i < kSums; ++i) sums[i] = Vector{} + static_cast<float>(i);
  for (int64_t round = 0; round < kRounds; ++round)
#pragma GCC unroll 12
    for (int i = 0; i < kSums; ++i) sums[i] = sums[i] * factor + addend;
  return total(sums);
}

Loop best_loop([[maybe_unused]] bool bf16) {
  const double per_lane = 2.0 * kSums * kRounds;
#if defined(__x86_64__)
  if (bf16 && __builtin_cpu_supports("avx512bf16")) return {avx512_bf16_loop, 32 * per_lane, "AVX-512 BF16"};
  if (__builtin_cpu_supports("avx512f")) return {avx512_loop, 16 * per_lane, "AVX-512"};
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return {avx2_loop, 8 * per_lane, "AVX2"};
#endif
  return {plain_loop, 4 * per_lane, "SSE2"};
}

// Multiply-adds per second of all threads, each counting its own for `seconds`.
double rate(const Loop& loop, int64_t threads, double seconds) {
  std::vector<double> rates(static_cast<size_t>(threads));
  std::atomic<int64_t> ready{0};
  auto work = [&](size_t t) {
    volatile float factor = 0.999F, addend = 0.001F, sink = 0;
    sink = loop.run(factor, addend);
    for (++ready; ready < threads;) std::this_thread::yield();
    const auto started = Clock::now();
    double passed = 0;
    int64_t calls = 0;
    for (; passed < seconds; ++calls, passed = std::chrono::duration<double>(Clock::now() - started).count())
      sink = sink + loop.run(factor, addend);
    rates[t] = loop.flops * static_cast<double>(calls) / passed;
  };
  std::vector<std::thread> others;
  for (int64_t t = 1; t < threads; ++t) others.emplace_back(work, t);
  work(0);
  for (auto& thread : others) thread.join();
  double sum = 0;
  for (double r : rates) sum += r;
  return sum;
}

}  // namespace

ProcessorPeak processor_peak(int64_t threads, bool bf16) {
  const Loop loop = best_loop(bf16);
  double best = 0;
  for (int i = 0; i < 5; ++i) best = std::max(best, rate(loop, threads, 0.04));
  return {best / 1e9, loop.instructions};
}

}  // namespace teasel
