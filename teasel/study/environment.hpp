// What a run ran on.
#pragma once
#include "teasel/core/value.hpp"

namespace teasel {

// Versions, processor, memory, threads: a table for run.json. A fact that the machine does not tell is left out.
Value environment();
// The largest resident size of this process so far, bytes.
int64_t peak_memory();

}  // namespace teasel
