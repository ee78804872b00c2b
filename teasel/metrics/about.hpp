// What the head comment of a metric's file says: the one text about a metric, for listings, documents and pages.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace teasel {

struct MetricAbout {
  std::vector<std::string> paragraphs;  // without line breaks but for lines that are set in; the last is about detail
  // The axes of entries of Score::detail that the comment gives in brackets:
  // "mutual_information [latents, factors]". Empty where the entry holds numbers of latents or factors, which are no
  // quantities: "best_latent [factors] (latent number)".
  std::map<std::string, std::vector<std::string>> axes;
};

// Nothing for metrics from outside the library.
std::optional<MetricAbout> about_metric(const std::string& metric);

// What a metric declares of itself, in words: "direction", "range", "unchanged_by", "protocols"; empty texts where
// there is nothing to say.
std::vector<std::pair<std::string, std::string>> metric_facts(const std::string& metric);

// An about_metric() from a file's text.
MetricAbout about_text(const std::string& source);

}  // namespace teasel
