// The command line's parser.
#pragma once
#include <optional>
#include <string>

#include "teasel/cli/declaration.hpp"

namespace teasel {

// Reads the command line into the targets of `program` and marks the verbs it names. Returns an exit status where there
// is nothing left to run: 0 after --help and --version, which are printed. Error for what the declaration does not
// allow, with the nearest thing that it does.
std::optional<int> parse(Declaration& program, const std::string& version, int argc, char** argv);

}  // namespace teasel
