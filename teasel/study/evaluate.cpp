#include "teasel/study/evaluate.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
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

namespace {

std::vector<std::string> protocols_for(const std::string& metric) {
  std::vector<std::string> out;
  for (auto& name : protocol_names())
    if (std::ranges::count(load_protocol(name).metric_names(), metric) > 0) out.push_back(name);
  if (out.empty()) out.push_back("teasel");
  return out;
}

Value list_of(const std::vector<double>& numbers) {
  Value::List list;
  for (double v : numbers) list.emplace_back(v);
  return Value(std::move(list));
}

}  // namespace

Value to_value(const Score& score) {
  Value out{Value::Table{{"metric", Value(score.metric)},
                         {"protocol", Value(score.protocol)},
                         {"hash", Value(score.hash)},
                         {"samples", Value(score.samples)}}};
  Value::List outputs;
  for (auto& o : score.outputs)
    outputs.emplace_back(Value::Table{
        {"name", Value(o.name)}, {"value", Value(o.value)}, {"low", Value(o.low)}, {"high", Value(o.high)}});
  out.set("outputs", Value(std::move(outputs)));
  Value detail{Value::Table{}};
  for (auto& [name, numbers] : score.detail) detail.as<Value::Table>()->emplace_back(name, list_of(numbers));
  out.set("detail", std::move(detail));
  return out;
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
                .hash = entry.text_at("hash")};
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

namespace {

// One metric under the protocols that fit it; what is in `have` already is left out.
void add_scores(const std::string& metric, Evidence& evidence, const EvaluateOptions& options,
                const std::vector<Score>& have, std::vector<Score>& to) {
  Registry<Metric>::get().at(metric);  // Error with the nearest name
  const auto protocols = options.protocol.empty() ? protocols_for(metric) : std::vector<std::string>{options.protocol};
  for (auto& name : protocols) {
    if (std::ranges::any_of(have, [&](auto& s) { return s.metric == metric && s.protocol == name; })) continue;
    const Protocol protocol =
        load_protocol(name);  // an Error where there is none, also for metrics that may be left out
    const auto known = protocol.metric_names();
    if (!options.protocol.empty() && name != "teasel" && std::ranges::count(known, metric) == 0) {
      if (!options.metrics.empty())
        throw Error("protocol '" + name + "' says nothing of " + metric, hint_for_unknown(metric, known));
      continue;
    }
    try {
      to.push_back(score(metric, evidence, protocol, static_cast<uint64_t>(options.seed)));
    } catch (const Error& refused) {
      if (!options.metrics.empty()) throw;
      log_line(metric + " (" + name + ") was left out: " + refused.what());
    }
  }
}

}  // namespace

void check_names(const EvaluateOptions& options) {
  for (auto& metric : options.metrics) Registry<Metric>::get().at(metric);
  if (!options.protocol.empty()) load_protocol(options.protocol);
}

std::vector<Score> evaluate(const Codes& codes, const EvaluateOptions& options) {
  CodesEvidence evidence(codes);
  std::vector<Score> scores;
  for (auto& metric : options.metrics.empty() ? Registry<Metric>::get().names() : options.metrics)
    add_scores(metric, evidence, options, {}, scores);
  return scores;
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
  if (run.weights != "last") return evaluate(codes);
  const std::vector<Score> have = stored_scores(run);
  CodesEvidence evidence(codes);
  std::vector<Score> missing;
  for (auto& metric : Registry<Metric>::get().names()) add_scores(metric, evidence, {}, have, missing);
  if (missing.empty()) return have;
  store_scores(run, missing);
  return stored_scores(run);
}

}  // namespace teasel
