// Scripts with which a shell completes the command line without starting the program, which would cost a third of a
// second for each press of a key. They hold the names that were registered when they were made.
#pragma once
#include <string>

#include "teasel/cli/declaration.hpp"

namespace teasel {

// For bash 4.3 and later: to be sourced, or installed as share/bash-completion/completions/teasel.
std::string bash_completion(const Declaration& program);
// For zsh 5: to be sourced after compinit, or installed as `_teasel` in a folder of fpath.
std::string zsh_completion(const Declaration& program);

}  // namespace teasel
