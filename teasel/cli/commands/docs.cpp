#include "teasel/cli/command.hpp"
#include "teasel/cli/metrics_reference.hpp"
#include "teasel/cli/reference.hpp"

namespace teasel {
namespace {

const RegisterCommand command{
    {"docs", "print a page of the documents that the program writes, in Markdown",
     "teasel docs configuration > docs/configuration.md", [](Declaration& app, const CommonOptions& common) {
       const std::vector<std::string> pages{"configuration", "which_number"};
       auto page = std::make_shared<std::string>(pages[0]);
       app.add_option("page", *page, "the reference of all options, or what every score means", one_of(pages))
           .completes(words([=] { return pages; }));
       return [page, &common] {
         return print_page(common, *page == "configuration" ? configuration_reference() : metrics_reference());
       };
     }}};

}  // namespace
}  // namespace teasel
