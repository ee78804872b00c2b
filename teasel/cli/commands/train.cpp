#include <fmt/format.h>

#include "teasel/cli/command.hpp"
#include "teasel/core/error.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/study/run_config.hpp"
#include "teasel/study/training.hpp"

namespace teasel {
namespace {

struct Arguments {
  std::string config, out;
  std::vector<std::string> sets;
  int64_t threads = 0;
};

int report_outcome(const TrainingOutcome& outcome, bool json) {
  if (json) {
    print_json(Value(Value::Table{{"run", Value(outcome.run.string())},
                                  {"steps", Value(outcome.steps)},
                                  {"seconds", Value(outcome.seconds)},
                                  {"finished", Value(outcome.finished)}}));
  } else if (outcome.finished) {
    print(fmt::format("{}\n", outcome.run.string()));
    log_line(fmt::format("{} steps done. Scores: teasel eval {}. Report: teasel report {}", outcome.steps,
                         outcome.run.string(), outcome.run.string()));
  } else {
    log_line(fmt::format("stopped after step {}; go on with: teasel resume {}", outcome.steps, outcome.run.string()));
  }
  return outcome.finished ? 0 : 130;
}

const RegisterCommand train_command{
    {"train", "train a model into a run folder",
     "teasel train configs/dsprites/beta_vae.toml --set model.beta=6 --out runs/beta6",
     [](Declaration& app, const CommonOptions& common) {
       auto a = std::make_shared<Arguments>();
       app.add_option("config", a->config, "configuration, a TOML file").completes(files(".toml"));
       app.add_option("--set", a->sets, "key=value over the configuration, any number of times").completes(settings());
       app.add_option("--out", a->out, "the run folder; default: runs/MODEL_DATA_seedN").completes(folders());
       app.add_option("--threads", a->threads, "processor threads, as train.threads", between(1, 1024));
       return [a, &common] {
         if (a->config.empty() && a->sets.empty())
           throw Error("nothing to train", "Give a configuration, or --set model.name=...: teasel list models.");
         Value config = read_config(a->config, a->sets);
         if (a->threads > 0) config.set("train.threads", Value(a->threads));
         const auto folder = a->out.empty() ? default_folder(config) : std::filesystem::path(a->out);
         const StopSignal stop;
         return report_outcome(train(config, folder, stop.flag()), common.json);
       };
     }}};

std::function<int()> declare_resume(Declaration& app, const CommonOptions& common) {
  struct Resumed {
    std::string run;
    int64_t steps = 0;  // not given
  };
  auto a = std::make_shared<Resumed>();
  app.add_option("run", a->run, "the run folder").required().completes(folders());
  app.add_option("--steps", a->steps, "train to this step, in place of the configuration's train.steps", at_least(1));
  return [a, &common] {
    const StopSignal stop;
    return report_outcome(resume(a->run, stop.flag(), a->steps), common.json);
  };
}

const RegisterCommand resume_command{{"resume", "go on with a training from its last checkpoint, exactly",
                                      "teasel resume runs/beta6 --steps 20000", declare_resume}};

}  // namespace
}  // namespace teasel
