// Codes that anything may have made, from files, beside the factors of their items.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "teasel/core/codes.hpp"
#include "teasel/data/factor_table.hpp"

namespace teasel {

// Which files, and what their columns mean. Arrays are npy, npz or HDF5, [N, D] or [N]; tables csv or tsv with a
// header. In npz and HDF5 an array is found by a customary name (of codes: means, codes, z, mu; of factors: factors,
// labels, latents_classes, y) or because it is the only one.
struct CodeFiles {
  std::filesystem::path codes;
  std::filesystem::path factors;              // empty: "factors" of `codes`, where that is an archive that has it
  std::filesystem::path log_variances;        // likewise: of Gaussian posteriors, as codes
  std::filesystem::path class_probabilities;  // likewise: a categorical latent [N, n]
  std::string id;                             // the column of both tables that names items; empty: rows correspond
  FactorOptions columns;                      // of the factors; values may miss
  std::vector<int64_t> units;                 // sizes of vector-valued units; one number: of each; empty: none
  bool keep_order = false;                    // a full grid in another order stays as it is, and is none then
};

struct FileCodes {
  CodeTable table;
  std::vector<std::string> latents;  // a name for each column of the codes: the header's, or z0, z1, ...
  // The categorical latent, as metrics find it behind Evidence::codes(): one block, or none.
  Codes codes;
  std::vector<std::string> remarks;  // sentences about what was left out, joined or guessed
};

// Reads and checks everything: codes are finite, rows agree, probabilities are some, a factor varies. KL divergences
// are those to N(0, 1). Error with file, row (from 0; of tables the line) and column.
FileCodes read_code_files(const CodeFiles& files);

}  // namespace teasel
