#include "teasel/cli/command.hpp"
#include "teasel/cli/man_page.hpp"
#include "teasel/core/version.hpp"

namespace teasel {
namespace {

const RegisterCommand command{{"man", "print the manual page, in roff", "teasel man > ~/.local/share/man/man1/teasel.1",
                               [](Declaration&, const CommonOptions& common) {
                                 return [&common] {
                                   const std::string page =
                                       man_page(declare_program()->program, std::string(version()));
                                   if (common.json)
                                     print_json(Value(Value::Table{{"page", Value(page)}}));
                                   else
                                     print(page);
                                   return 0;
                                 };
                               }}};

}  // namespace
}  // namespace teasel
