#include "teasel/study/telescope.hpp"

#include <fmt/format.h>

#include <map>
#include <numeric>
#include <utility>

#include "teasel/core/file.hpp"
#include "teasel/core/progress.hpp"
#include "teasel/explore/encode.hpp"
#include "teasel/explore/traverse.hpp"
#include "teasel/train/checkpoint.hpp"

namespace teasel {
namespace {

Score score_of(Codes codes, const TelescopeOptions& options) {
  Protocol protocol = load_protocol("teasel");
  protocol.metrics.set("telescoping.samples", Value(options.samples));
  protocol.metrics.set("telescoping.order", Value(options.order));
  CodeTable table = pool(codes);
  TableEvidence evidence(std::move(table), std::move(codes));
  return score("telescoping", evidence, protocol, static_cast<uint64_t>(options.seed));
}

// Of no latents: 0.
Series series_of(const Score& score, const std::string& detail, std::string name) {
  Series series{.name = std::move(name), .x = {0}, .y = {0}};
  for (const double y : score.detail.at(detail)) {
    series.x.push_back(static_cast<double>(series.x.size()));
    series.y.push_back(y);
  }
  return series;
}

LineChart chart_of(const std::vector<TelescopeStage>& stages, const std::string& detail, std::string title,
                   std::string y_label) {
  LineChart chart{.title = std::move(title), .x_label = "latents", .y_label = std::move(y_label)};
  for (auto& stage : stages) chart.series.push_back(series_of(stage.score, detail, fmt::format("step {}", stage.step)));
  return chart;
}

}  // namespace

std::vector<TelescopeStage> telescope_stages(LoadedRun run, const TelescopeOptions& options) {
  // The last one first: it tells at once whether this model can be looked at so.
  std::vector<TelescopeStage> stages{{run.step, score_of(codes_of(run, options.split), options)}};
  if (options.last) return stages;
  Model& model = *run.config.model;
  const int64_t last = run.step;
  std::vector<TelescopeStage> earlier;
  for (const int64_t step : run.folder.checkpoint_steps()) {
    if (step >= last) continue;
    log_line(fmt::format("checkpoint of step {}", step));
    load_parameters(model.parameters(), read_checkpoint(run.folder.checkpoint(step)));
    const auto calibration = calibrate(model, *run.config.data);
    Codes codes = encode(model, *run.config.data, calibration, {.split = options.split, .distortion_items = 0});
    earlier.push_back({step, score_of(std::move(codes), options)});
  }
  earlier.push_back(std::move(stages.front()));
  return earlier;
}

Table telescope_table(const std::vector<TelescopeStage>& stages, const LatentLayout& layout) {
  std::map<int64_t, std::string> names;
  for (auto& name : latent_names(layout)) names[name.table] = name.text;
  Table table;
  table.caption = "Latents one after the other: what each tells of the item, and shares with those before it (nats).";
  table.columns = {{"step"},         {"latents"},           {"latent"},    {"KL"},
                   {"I(x; latent)"}, {"I(before; latent)"}, {"TC so far"}, {"I(x; so far)"}};
  for (auto& stage : stages) {
    const auto& detail = stage.score.detail;
    for (size_t i = 0; i < detail.at("order").size(); ++i)
      table.rows.push_back({Cell(static_cast<double>(stage.step), 0), Cell(static_cast<double>(i + 1), 0),
                            names[static_cast<int64_t>(detail.at("order")[i])], Cell(detail.at("latent_kl")[i], 3),
                            Cell(detail.at("latent_information")[i], 3), Cell(detail.at("shared")[i], 3),
                            Cell(detail.at("total_correlation")[i], 3), Cell(detail.at("information")[i], 3)});
  }
  return table;
}

LineChart information_chart(const std::vector<TelescopeStage>& stages) {
  return chart_of(stages, "information", "Information about the item in the first latents",
                  "I(x; first latents) (nats)");
}

LineChart total_correlation_chart(const std::vector<TelescopeStage>& stages) {
  return chart_of(stages, "total_correlation", "Total correlation of the first latents", "TC(first latents) (nats)");
}

LineChart telescoping_chart(const Score& score) {
  LineChart chart{.title = "What the first latents tell and share", .x_label = "latents", .y_label = "nats"};
  chart.series = {series_of(score, "information", "I(x; first latents)"),
                  series_of(score, "total_correlation", "TC(first latents)"),
                  series_of(score, "latent_information", "sum of I(x; latent)")};
  auto& alone = chart.series.back().y;
  std::partial_sum(alone.begin(), alone.end(), alone.begin());
  return chart;
}

}  // namespace teasel
