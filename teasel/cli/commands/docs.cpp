#include "teasel/cli/command.hpp"
#include "teasel/cli/reference.hpp"

namespace teasel {
namespace {

const RegisterCommand command{{"docs", "print the reference of all options, in Markdown",
                               "teasel docs > docs/configuration.md", [](Declaration&, const CommonOptions& common) {
                                 return [&common] { return print_page(common, configuration_reference()); };
                               }}};

}  // namespace
}  // namespace teasel
