#include "teasel/study/demo.hpp"

#include <fmt/format.h>

#include "teasel/cli/command.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/report/text_table.hpp"

namespace teasel {
namespace {

Table followings_table(const DemoOutcome& outcome) {
  Table table{.caption = "Which latent follows which factor (Spearman's correlation)", .columns = {{"factor"}}};
  for (auto& run : outcome.runs) table.columns.push_back({run.name}), table.columns.push_back({"latent"});
  for (size_t f = 0; f < outcome.runs[0].followings.size(); ++f) {
    std::vector<Cell> row{outcome.runs[0].followings[f].factor};
    for (auto& run : outcome.runs)
      row.push_back(Cell(run.followings[f].correlation, 3)), row.push_back(run.followings[f].latent);
    table.rows.push_back(std::move(row));
  }
  return table;
}

Value to_value(const DemoOutcome& outcome) {
  Value::List runs;
  for (auto& run : outcome.runs) {
    Value::List list;
    for (auto& f : run.followings)
      list.emplace_back(
          Value::Table{{"factor", Value(f.factor)}, {"latent", Value(f.latent)}, {"spearman", Value(f.correlation)}});
    runs.emplace_back(Value::Table{{"name", Value(run.name)},
                                   {"run", Value(run.folder.string())},
                                   {"seconds", Value(run.seconds)},
                                   {"followings", Value(std::move(list))}});
  }
  return Value(Value::Table{{"report", Value(outcome.report.string())}, {"runs", Value(std::move(runs))}});
}

const RegisterCommand command{
    {"demo", "train two models on exact dSprites, score them and write a report, in minutes",
     "teasel demo --out runs/demo", [](Declaration& app, const CommonOptions& common) {
       struct Arguments {
         std::string out = "runs/demo";
         std::vector<std::string> sets;
       };
       auto a = std::make_shared<Arguments>();
       app.add_option("--out", a->out, "folder for the runs and the report").completes(folders());
       app.add_option("--set", a->sets, "key=value over both configurations, for example train.seed=1")
           .completes(settings());
       return [a, &common] {
         bool finished = false;
         {
           const StopSignal stop;
           finished = train_demo(a->out, a->sets, stop.flag());
         }
         if (!finished) {
           log_line("stopped; go on with: teasel demo --out " + a->out);
           return 130;
         }
         const DemoOutcome outcome = report_demo(a->out);
         if (common.json) {
           print_json(to_value(outcome));
         } else {
           print(text_table(followings_table(outcome)));
           print("\nreport: " + outcome.report.string() + "\n");
         }
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
