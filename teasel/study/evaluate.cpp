#include "teasel/study/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/study/training.hpp"
#include "teasel/train/checkpoint.hpp"

namespace teasel {
namespace fs = std::filesystem;

std::string weights_text(const std::string& weights) {
  return std::string(weights.ends_with("ema") ? "the averaged weights of " : "") +
         (weights.starts_with("best") ? "the best checkpoint" : "the last checkpoint");
}

LoadedRun load_run(const fs::path& path, const std::string& weights) {
  RunFolder folder = RunFolder::open(path);
  OpenedConfig config = open_config(read_toml(folder.config().string()));
  const bool best = weights.starts_with("best");
  const fs::path file = best ? folder.best_checkpoint() : folder.last_checkpoint();
  if (!fs::exists(folder.last_checkpoint()))
    throw Error(path.string() + " has no checkpoint yet", "Train it first: teasel resume " + path.string());
  if (!fs::exists(file))
    throw Error(path.string() + " has no best checkpoint", "One is kept where train.best.value is set.");
  prepare_process(config.train.threads);
  // A training that goes on meanwhile may replace the file between two readings of it.
  State state;
  std::string hash;
  do {
    hash = hash_of_bytes(read_file(file));
    state = read_checkpoint(file);
  } while (hash != hash_of_bytes(read_file(file)));
  const bool averaged = weights.ends_with("ema");
  load_parameters(config.model->parameters(), state, averaged ? Weights::averaged : Weights::trained);
  Model::Calibration calibration = calibrate(*config.model, *config.data);
  if (weights != "last") hash += "/" + weights;
  return {std::move(folder), std::move(config), state.step(), std::move(hash), std::move(calibration), weights};
}

Codes codes_of(const LoadedRun& run, const std::string& split) {
  run.config.data->split(split);  // where there is none, no folder is made
  const std::string prefix = run.weights == "last" ? "step_" : run.weights + "_step_";
  const fs::path path = run.folder.codes() / fmt::format("{}{:08}_{}.safetensors", prefix, run.step, split);
  if (auto cached = read_codes(path, run.checkpoint_hash, run.config.model->latents(), run.config.data->spec()))
    return std::move(*cached);
  Codes codes = encode(*run.config.model, *run.config.data, run.calibration, {.split = split});
  for (auto& old :
       fs::directory_iterator(run.folder.codes())) {  // of earlier checkpoints: nobody would read them again
    const std::string name = old.path().filename().string();
    if (name.starts_with(prefix) && !name.starts_with(fmt::format("{}{:08}_", prefix, run.step)))
      fs::remove(old.path());
  }
  write_codes(path, codes, run.checkpoint_hash);
  return codes;
}

std::vector<Score> stored_scores(const LoadedRun& run) {
  const Value info = run.folder.info();
  const Value* list = info.find("scores");
  std::vector<Score> scores;
  if (!list || !list->as<Value::List>() || info.text_at("scored_checkpoint") != run.checkpoint_hash) return scores;
  for (auto& entry : *list->as<Value::List>()) {
    Score score{.metric = entry.text_at("metric"),
                .outputs = {},
                .detail = {},
                .samples = static_cast<int64_t>(entry.number_at("samples")),
                .protocol = entry.text_at("protocol"),
                .hash = entry.text_at("hash"),
                .representation = entry.text_at("representation", "mean")};
    const Value *outputs = entry.find("outputs"), *detail = entry.find("detail");
    if (!outputs || !outputs->as<Value::List>() || !detail || !detail->as<Value::Table>()) continue;  // edited by hand
    for (auto& o : *outputs->as<Value::List>())
      score.outputs.push_back({o.text_at("name"), o.number_at("value"), o.number_at("low"), o.number_at("high")});
    for (auto& [name, numbers] : *detail->as<Value::Table>())
      for (auto& v : numbers.as<Value::List>() ? *numbers.as<Value::List>() : Value::List{}) {
        double x = 0;
        v.number(x);
        score.detail[name].push_back(x);
      }
    scores.push_back(std::move(score));
  }
  return scores;
}

std::vector<Score> evaluate(const Codes& codes, const ScoringOptions& options) {
  CodesEvidence evidence(codes);
  Scores scores = compute_scores(evidence, options);
  log_left_out(scores.left_out);
  return std::move(scores.list);
}

void store_scores(const LoadedRun& run, const std::vector<Score>& scores) {
  std::vector<Score> all = stored_scores(run);
  for (auto& s : scores) {
    std::erase_if(all, [&](auto& old) { return old.metric == s.metric && old.protocol == s.protocol; });
    all.push_back(s);
  }
  std::ranges::stable_sort(all, {}, [](auto& s) { return std::pair(s.metric, s.protocol); });
  Value::List list;
  for (auto& s : all) list.push_back(to_value(s));
  run.folder.set_info("scores", Value(std::move(list)));
  run.folder.set_info("scored_step", Value(run.step));
  run.folder.set_info("scored_checkpoint", Value(run.checkpoint_hash));
}

std::vector<Score> all_scores(const LoadedRun& run, const Codes& codes) {
  if (run.weights != "last") return evaluate(codes, {.quick = true});
  const std::vector<Score> have = stored_scores(run);
  ScoringOptions options{.quick = true};
  for (auto& score : have) options.known.emplace_back(score.metric, score.protocol);
  const auto missing = evaluate(codes, options);
  if (missing.empty()) return have;
  store_scores(run, missing);
  return stored_scores(run);
}

}  // namespace teasel
