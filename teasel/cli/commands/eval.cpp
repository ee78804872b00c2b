#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/evaluate.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string run, protocol, split = "all", weights = "last";
  std::vector<std::string> metrics;
  int64_t seed = 0;
};

Table table_of(const std::vector<Score>& scores) {
  Table table;
  table.columns = {{"score"}, {"value"}, {"low"}, {"high"}, {"protocol"}, {"hash"}};
  for (auto& score : scores)
    for (auto& output : score.outputs)
      table.rows.push_back(
          {output.name, Cell(output.value, 4), Cell(output.low, 4), Cell(output.high, 4), score.protocol, score.hash});
  return table;
}

const RegisterCommand command{
    {"eval", "score a run's codes", "teasel eval runs/beta6 --metrics factor_vae_score,mig --protocol cascade",
     [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("run", a->run, "the run folder").required().completes(folders());
       app.add_option("--metrics", a->metrics, "which, parted by commas; default: all that the codes allow")
           .parted_by(',')
           .completes(words([] {
             auto names = Registry<Metric>::get().names();
             names.push_back("all");
             return names;
           }));
       app.add_option("--protocol", a->protocol, "a protocol's name or file; default: every one that knows the metric")
           .completes(words(protocol_names));
       add_split(app, a->split);
       app.add_option("--seed", a->seed, "of what a protocol draws at random", at_least(0));
       add_weights(app, a->weights);
       return [a, &common] {
         const auto metrics = std::ranges::count(a->metrics, "all") > 0 ? std::vector<std::string>{} : a->metrics;
         const EvaluateOptions options{metrics, a->protocol, a->seed};
         check_names(options);
         const LoadedRun run = load_run(a->run, a->weights);
         const auto scores = evaluate(codes_of(run, a->split), options);
         // A run keeps scores that anybody can ask for again by the protocol's name alone.
         if (a->weights == "last" && a->split == "all" && a->seed == 0 && !a->protocol.ends_with(".toml"))
           store_scores(run, scores);
         if (common.json) {
           Value::List list;
           for (auto& score : scores) list.push_back(to_value(score));
           print_json(Value(
               Value::Table{{"run", Value(a->run)}, {"step", Value(run.step)}, {"scores", Value(std::move(list))}}));
         } else {
           print(text_table(table_of(scores)));
         }
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
