// Inner loops in several widths.
#pragma once

// One clone per vector width, chosen when the program is loaded.
#define TEASEL_VECTOR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
