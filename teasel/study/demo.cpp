#include "teasel/study/demo.hpp"

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/study/training.hpp"

namespace teasel {
namespace fs = std::filesystem;
namespace {

Value demo_config(const std::string& model, const std::vector<std::string>& sets) {
  Value config{Value::Table{{"model", Value(Value::Table{{"name", Value(model)}, {"preset", Value("demo")}})}}};
  for (auto& assignment : sets) apply_set(config, assignment);
  return config;
}

// Trains, or goes on where an earlier call was stopped; a run that is done stays as it is.
TrainingOutcome train_or_resume(const Value& config, const fs::path& folder, const std::atomic<bool>* stop) {
  if (!fs::exists(folder / "config.toml")) return train(config, folder, stop);
  if (read_file(folder / "config.toml") != to_toml(open_config(config).resolved))
    throw Error(folder.string() + " holds a run with other settings", "Remove it, or choose another folder with --out.");
  return resume(folder, stop);
}

}  // namespace

DemoOutcome run_demo(const fs::path& out, const std::vector<std::string>& sets, const std::atomic<bool>* stop) {
  DemoOutcome outcome;
  std::vector<fs::path> folders;
  for (const std::string model : {"beta_vae", "factor_vae"}) {
    const fs::path folder = out / model;
    const TrainingOutcome trained = train_or_resume(demo_config(model, sets), folder, stop);
    if (!trained.finished) {
      outcome.finished = false;
      return outcome;
    }
    folders.push_back(folder);
    outcome.runs.push_back({.name = model, .folder = folder});
  }
  outcome.report = write_report(folders, out / "report.html", "teasel on dSprites");
  for (auto& run : outcome.runs) {
    const LoadedRun loaded = load_run(run.folder);
    run.followings = followings(loaded, stored_scores(loaded));
    if (const Value* seconds = loaded.folder.info().find("training.seconds")) seconds->number(run.seconds);
  }
  return outcome;
}

}  // namespace teasel
