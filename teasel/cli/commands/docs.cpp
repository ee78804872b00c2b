#include "teasel/cli/command.hpp"
#include "teasel/cli/reference.hpp"

namespace teasel {
namespace {

const RegisterCommand command{{"docs", "print the reference of all options, in Markdown",
                               "teasel docs > docs/configuration.md", [](Declaration&, const CommonOptions& common) {
                                 return [&common] {
                                   const std::string page = configuration_reference();
                                   if (common.json)
                                     print_json(Value(Value::Table{{"page", Value(page)}}));
                                   else
                                     print(page);
                                   return 0;
                                 };
                               }}};

}  // namespace
}  // namespace teasel
