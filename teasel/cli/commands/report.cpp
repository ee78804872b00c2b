#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/study/run_report.hpp"

namespace teasel {
namespace {

const RegisterCommand command{
    {"report", "write one self-contained page about a run, or about several side by side",
     "teasel report runs/beta6 runs/factor -o compare.html", [](Declaration& app, const CommonOptions& common) {
       struct Arguments {
         std::vector<std::filesystem::path> runs;
         ReportOptions options;
         bool viridis = false;
       };
       auto a = std::make_shared<Arguments>();
       app.add_option("runs", a->runs, "run folders").required().completes(folders());
       app.add_option("-o,--out", a->options.out,
                      "the page; default: report.html in the first run's folder, report_WEIGHTS.html of other weights")
           .completes(files(".html"));
       add_weights(app, a->options.weights);
       app.add_option("--title", a->options.title, "its title");
       app.add_flag("--viridis", a->viridis, "show grey images in the colours of viridis");
       return [a, &common] {
         if (a->viridis) a->options.colours = Colours::viridis;
         const auto file = write_report(a->runs, a->options).string();
         if (common.json)
           print_json(Value(Value::Table{{"report", Value(file)}}));
         else
           print(file + "\n");
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
