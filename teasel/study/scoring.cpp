#include "teasel/study/scoring.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "teasel/core/error.hpp"
#include "teasel/core/progress.hpp"

namespace teasel {
namespace {

struct Job {
  std::string metric;
  Protocol protocol;
};

bool is_slow(const std::string& metric) { return Registry<Metric>::get().make(metric, Value(), {})->slow(); }

bool wanted(const std::string& metric, const ScoringOptions& options) {
  if (options.quick && is_slow(metric)) return false;
  if (options.comparing == Comparing::either) return true;
  const bool several = Registry<Metric>::get().make(metric, Value(), {})->needs().runs > 1;
  return several == (options.comparing == Comparing::several);
}

// None of these has settings for the metric, and to take the defaults in their place would print another number under
// their name.
[[noreturn]] void refuse_protocols(const std::string& metric, const std::vector<Protocol>& protocols) {
  std::vector<std::string> given, knowing;
  for (auto& protocol : protocols) given.push_back("'" + protocol.name + "'");
  for (auto& name : protocol_names())
    if (name == "teasel" || std::ranges::count(load_protocol(name).metric_names(), metric) > 0) knowing.push_back(name);
  throw Error(
      fmt::format("{} {} no settings for {}", fmt::join(given, " and "), given.size() == 1 ? "has" : "have", metric),
      fmt::format("Protocols for {}: {}; or a file of your own with a table [{}].", metric, fmt::join(knowing, ", "),
                  metric));
}

// What is to be scored, metric by metric.
std::vector<Job> jobs_of(const ScoringOptions& options) {
  std::vector<Protocol> protocols;
  for (auto& name : options.protocols.empty() ? protocol_names() : options.protocols)
    protocols.push_back(load_protocol(name));
  std::vector<Job> jobs;
  for (auto& metric : options.metrics.empty() ? Registry<Metric>::get().names() : options.metrics) {
    const size_t before = jobs.size();
    const bool ours_only = options.protocols.empty() && is_slow(metric);
    for (auto& protocol : protocols) {
      if (ours_only && protocol.name != "teasel") continue;
      const auto names = protocol.metric_names();
      const bool any = !options.protocols.empty() && protocol.name == "teasel";
      if (any || std::ranges::count(names, metric) > 0) jobs.push_back({metric, protocol});
    }
    if (jobs.size() > before) continue;
    if (options.protocols.empty())
      jobs.push_back({metric, load_protocol("teasel")});
    else if (!options.metrics.empty())
      refuse_protocols(metric, protocols);
  }
  std::erase_if(jobs, [&](auto& job) {
    return !wanted(job.metric, options) ||
           std::ranges::count(options.known, std::pair(job.metric, job.protocol.name)) > 0;
  });
  if (!options.representation.empty())
    for (auto& job : jobs) job.protocol.evidence.representation = options.representation;
  return jobs;
}

// Scores of several seeds as one.
Score averaged(const std::vector<Score>& repeats) {
  Score out = repeats.front();
  if (repeats.size() < 2) return out;
  const auto count = static_cast<double>(repeats.size());
  for (size_t i = 0; i < out.outputs.size(); ++i) {
    Score::Output mean{out.outputs[i].name, 0, 0, 0};
    for (auto& repeat : repeats) {
      mean.value += repeat.outputs.at(i).value / count;
      mean.low += repeat.outputs[i].low / count;
      mean.high += repeat.outputs[i].high / count;
    }
    double squares = 0;
    for (auto& repeat : repeats) squares += std::pow(repeat.outputs[i].value - mean.value, 2);
    mean.spread = std::sqrt(squares / (count - 1));
    out.outputs[i] = std::move(mean);
  }
  return out;
}

}  // namespace

void check_names(const ScoringOptions& options) {
  for (auto& metric : options.metrics) Registry<Metric>::get().at(metric);  // Error with the nearest name
  jobs_of(options);  // Error for protocols that are not known, or that have no settings for a metric
}

Scores compute_scores(Evidence& evidence, const ScoringOptions& options) {
  check_names(options);
  const auto jobs = jobs_of(options);
  std::optional<Progress> progress;
  if (options.progress) progress.emplace("scoring", std::ssize(jobs) * options.seeds, "scores");
  Scores out;
  std::optional<Error> refused;  // the first for the metric at hand, as long as no protocol scored it
  for (size_t at = 0; at < jobs.size(); ++at) {
    const auto& [metric, protocol] = jobs[at];
    try {
      std::vector<Score> repeats;
      for (int64_t i = 0; i < options.seeds; ++i) {
        if (progress) progress->update(static_cast<int64_t>(at) * options.seeds + i, metric);
        repeats.push_back(score(metric, evidence, protocol, static_cast<uint64_t>(options.seed + i)));
      }
      out.list.push_back(averaged(repeats));
    } catch (const Error& error) {
      if (!refused) refused = error;
      out.left_out.push_back({metric, protocol.name, error.what()});
    }
    if (at + 1 < jobs.size() && jobs[at + 1].metric == metric) continue;
    const bool scored = std::ranges::count(out.list, metric, &Score::metric) > 0;
    if (refused && !scored && !options.metrics.empty()) throw Error(*refused);
    refused.reset();
  }
  if (progress) progress->update(std::ssize(jobs) * options.seeds);
  return out;
}

void log_left_out(const std::vector<LeftOut>& left_out) {
  std::vector<LeftOut> lines;  // the metrics of a line are joined in `metric`
  for (auto& out : left_out) {
    // "mig needs ...": the rest of the reason is what metrics share.
    std::string reason =
        out.reason.starts_with(out.metric + " ") ? out.reason.substr(out.metric.size() + 1) : out.reason;
    const std::string name = fmt::format("{} ({})", out.metric, out.protocol);
    const auto same = std::ranges::find(lines, reason, &LeftOut::reason);
    if (same == lines.end())
      lines.push_back({name, "", std::move(reason)});
    else
      same->metric += ", " + name;
  }
  for (auto& line : lines) log_line("left out: " + line.metric + ": " + line.reason);
}

}  // namespace teasel
