// The program as a function.
#pragma once

namespace teasel {

// Finds the subcommand, runs it, and prints every error in one place: `error: ...` and `hint: ...` on stderr. Returns
// the exit status: 0; 2 for the user's mistake; 1 for ours; 130 after it was stopped.
int run_program(int argc, char** argv);

}  // namespace teasel
