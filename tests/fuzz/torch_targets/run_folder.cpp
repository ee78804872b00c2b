#include "teasel/core/run_folder.hpp"

#include "teasel/data/dataset.hpp"
#include "teasel/models/model.hpp"
#include "teasel/study/curves.hpp"
#include "teasel/train/observers.hpp"
#include "teasel/train/options.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;
using namespace teasel;

// The input is a run folder in one text: "==== NAME" begins the file NAME.
fs::path unpack(std::string_view text) {
  const fs::path run = fuzz::folder() / "run";
  fs::remove_all(run);
  fs::create_directories(run / "checkpoints");
  constexpr std::string_view mark = "==== ";
  for (const std::string name : {"config.toml", "run.json", "metrics.jsonl"}) {
    const size_t begin = text.find(std::string(mark) + name + "\n");
    if (begin == std::string_view::npos) continue;
    const std::string_view rest = text.substr(begin + mark.size() + name.size() + 1);
    const std::string_view content = rest.substr(0, rest.find(mark));
    fuzz::file_of({reinterpret_cast<const uint8_t*>(content.data()), content.size()}, "run/" + name);
  }
  return run;
}

// All of open_config but making the model: a valid configuration may ask for any amount of memory.
void read_configuration(const fs::path& path) {
  const Value config = read_toml(path.string());
  if (const Value* data = config.find("data")) resolve_data(*data);
  if (const Value* model = config.find("model"))
    Registry<Model>::get().resolve(model->text_at("name"), *model, "model");
  TrainOptions train;
  if (const Value* given = config.find("train")) read_options([&](Fields& f) { train.describe(f); }, *given, "train");
}

}  // namespace

// The texts of a run folder, each read by what reads it when a training goes on or a report is written.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const fs::path path = unpack(fuzz::text_of(data, size));
  fuzz::read_or_refuse([&] {
    const RunFolder run = RunFolder::open(path);
    run.sweep();
    run.checkpoint_steps();
    read_configuration(run.config());
  });
  fuzz::read_or_refuse([&] { RunFolder::open(path).info().text_at("scored_checkpoint"); });
  fuzz::read_or_refuse([&] { training_curves(path / "metrics.jsonl"); });
  fuzz::read_or_refuse([&] { MetricsLog(path / "metrics.jsonl", 5); });
  return 0;
}
