#include "teasel/study/telescope.hpp"

#include "teasel/cli/command.hpp"
#include "teasel/cli/run_options.hpp"
#include "teasel/core/file.hpp"
#include "teasel/report/text_table.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::filesystem::path run, out;
  TelescopeOptions options;
};

Value stages_value(const std::vector<TelescopeStage>& stages) {
  Value::List list;
  for (auto& stage : stages)
    list.emplace_back(Value::Table{{"step", Value(stage.step)}, {"score", to_value(stage.score)}});
  return Value(std::move(list));
}

const RegisterCommand command{
    {"telescope", "show how information grows from latent to latent, at every kept checkpoint",
     "teasel telescope runs/beta6 --order layout", [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("run", a->run, "the run folder").required().completes(folders());
       app.add_option("--order", a->options.order, "which latent comes next", one_of({"falling_kl", "layout"}));
       app.add_option("--samples", a->options.samples, "samples of the aggregate posterior", at_least(2));
       add_split(app, a->options.split);
       app.add_option("--seed", a->options.seed, "of the samples", at_least(0));
       app.add_flag("--last", a->options.last, "the last checkpoint alone");
       app.add_option("--out", a->out, "folder for the plots; default: RUN/images").completes(folders());
       return [a, &common] {
         if (std::filesystem::exists(a->out) && !std::filesystem::is_directory(a->out))
           throw Error("'" + a->out.string() + "' is no folder", "--out names a folder for the plots.");
         LoadedRun run = load_run(a->run);
         const std::filesystem::path folder = a->out.empty() ? run.folder.images() : a->out;
         const LatentLayout layout = run.config.model->latents();
         const auto stages = telescope_stages(std::move(run), a->options);
         std::filesystem::create_directories(folder);
         const auto information = folder / "telescope_information.svg",
                    correlation = folder / "telescope_total_correlation.svg";
         write_file(information, line_chart(information_chart(stages)));
         write_file(correlation, line_chart(total_correlation_chart(stages)));
         if (common.json) {
           print_json(Value(
               Value::Table{{"run", Value(a->run.string())},
                            {"stages", stages_value(stages)},
                            {"images", Value(Value::List{Value(information.string()), Value(correlation.string())})}}));
         } else {
           print(text_table(telescope_table(stages, layout)));
           print(information.string() + "\n" + correlation.string() + "\n");
         }
         return 0;
       };
     }}};

}  // namespace
}  // namespace teasel
