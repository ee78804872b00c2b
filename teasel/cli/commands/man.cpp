#include "teasel/cli/command.hpp"
#include "teasel/cli/man_page.hpp"
#include "teasel/core/version.hpp"

namespace teasel {
namespace {

const RegisterCommand command{
    {"man", "print the manual page, in roff", "teasel man > ~/.local/share/man/man1/teasel.1",
     [](Declaration&, const CommonOptions& common) {
       return [&common] { return print_page(common, man_page(declare_program()->program, std::string(version()))); };
     }}};

}  // namespace
}  // namespace teasel
