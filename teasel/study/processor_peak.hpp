// What the arithmetic units of this machine can do at most.
#pragma once
#include <cstdint>
#include <string>

namespace teasel {

struct ProcessorPeak {
  double gflops = 0;         // of all threads together, a multiply-add counted as two
  std::string instructions;  // "AVX-512", "AVX-512 BF16", "AVX2", "SSE2"
};

// Measures multiply-adds that wait for nothing, in `threads` threads at once, for about a fifth of a second; the best
// of several tries. bf16: products of bfloat16 summed in float32, where the processor has such an instruction; where
// not, the peak of float32.
ProcessorPeak processor_peak(int64_t threads, bool bf16 = false);

}  // namespace teasel
