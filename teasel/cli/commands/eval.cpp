#include <algorithm>

#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/metrics/metric.hpp"
#include "teasel/report/text_table.hpp"
#include "teasel/study/evaluate.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string run, split = "all", weights = "last";
  ScoringOptions options;
};

const RegisterCommand command{
    {"eval", "score a run's codes", "teasel eval runs/beta6 --metrics factor_vae_score,mig --protocol cascade",
     [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("run", a->run, "the run folder").required().completes(folders());
       app.add_option("--metrics", a->options.metrics, "which, parted by commas; default: all that the codes allow")
           .parted_by(',')
           .completes(words([] {
             auto names = Registry<Metric>::get().names();
             names.push_back("all");
             return names;
           }));
       app.add_option(
              "--protocol", a->options.protocols,
              "protocols, parted by commas: names or files (*.toml); default: every one that knows the metric, but for "
              "metrics that train predictors our own alone")
           .parted_by(',')
           .completes(words(protocol_names));
       add_split(app, a->split);
       app.add_option("--seed", a->options.seed, "of what a protocol draws at random", at_least(0));
       add_weights(app, a->weights);
       return [a, &common] {
         ScoringOptions options = a->options;
         if (std::ranges::count(options.metrics, "all")) options.metrics.clear();
         check_names(options);
         options.progress = true;
         const LoadedRun run = load_run(a->run, a->weights);
         const auto scores = evaluate(codes_of(run, a->split), options);
         // A run keeps scores that anybody can ask for again by the protocol's name alone.
         const bool built_in =
             std::ranges::none_of(options.protocols, [](auto& name) { return name.ends_with(".toml"); });
         if (a->weights == "last" && a->split == "all" && options.seed == 0 && built_in) store_scores(run, scores);
         if (common.json) {
           Value::List list;
           for (auto& score : scores) list.push_back(to_value(score));
           print_json(Value(
               Value::Table{{"run", Value(a->run)}, {"step", Value(run.step)}, {"scores", Value(std::move(list))}}));
         } else {
           print(text_table(scores_table({{.name = a->run, .scores = {scores, {}}}}, false)));
         }
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
