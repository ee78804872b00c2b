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

constexpr const char* models[] = {"beta_vae", "factor_vae"};

constexpr const char* introduction =
    "Two models learned all 737,280 images of dSprites at 32x32 pixels, without ever being told a factor. beta_vae "
    "begins with "
    "two open latents under a strong beta, which turns them until one follows x and the other y; as beta falls, size "
    "comes in "
    "on a latent of its own. factor_vae instead penalises the total correlation of its latents, which a small "
    "discriminator "
    "measures. The tables say which latent follows which factor; the traversals show it.";

// Trains, or goes on where an earlier call was stopped; a run that is done stays as it is.
TrainingOutcome train_or_resume(const Value& config, const fs::path& folder, const std::atomic<bool>* stop) {
  if (!fs::exists(folder / "config.toml")) return train(config, folder, stop);
  OpenedConfig now = open_config(config);
  fix_threads(now);
  if (read_file(folder / "config.toml") != to_toml(now.resolved))
    throw Error(folder.string() + " holds a run with other settings",
                "Remove it, or choose another folder with --out.");
  return resume(folder, stop);
}

}  // namespace

bool train_demo(const fs::path& out, const std::vector<std::string>& sets, const std::atomic<bool>* stop) {
  for (const char* model : models)
    if (!train_or_resume(demo_config(model, sets), out / model, stop).finished) return false;
  return true;
}

DemoOutcome report_demo(const fs::path& out) {
  DemoOutcome outcome;
  std::vector<fs::path> folders;
  for (const char* model : models) folders.push_back(out / model);
  outcome.report = write_report(folders, {out / "report.html", "teasel on dSprites", introduction});
  for (auto& folder : folders) {
    const LoadedRun loaded = load_run(folder);
    DemoRun run{
        .name = loaded.folder.name(), .folder = folder, .followings = followings(loaded, stored_scores(loaded))};
    if (const Value* seconds = loaded.folder.info().find("training.seconds")) seconds->number(run.seconds);
    outcome.runs.push_back(std::move(run));
  }
  return outcome;
}

}  // namespace teasel
