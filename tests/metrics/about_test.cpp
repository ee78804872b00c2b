// The head comments of metrics as readers get them.
#include "teasel/metrics/about.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "teasel/metrics/metric.hpp"
#include "tests/metrics/tables.hpp"

namespace teasel {
namespace {

TEST(About, ReadsParagraphsAndAxes) {
  const MetricAbout about = about_text(
      "// A score (Someone 2000):\n// of two\n//   a = b\n//   c = d\n// - one\n//   goes on\n// - two\n//\n// detail: "
      "gap, width [factors] (nats), bound (nats),\n"
      "// matrix [latents, factors], best [factors] (latent number; -1: none).\n#include <x>\n// not this\n");
  EXPECT_EQ(about.paragraphs,
            (std::vector<std::string>{"A score (Someone 2000): of two\n  a = b\n  c = d\n- one goes on\n- two",
                                      "detail: gap, width [factors] (nats), bound (nats), matrix [latents, "
                                      "factors], best [factors] (latent number; -1: none)."}));
  EXPECT_EQ(about.axes.size(), 4u);
  EXPECT_TRUE(about.axes.at("best").empty());
  EXPECT_EQ(about.axes.at("gap"), (std::vector<std::string>{"factors"}));
  EXPECT_EQ(about.axes.at("width"), (std::vector<std::string>{"factors"}));
  EXPECT_EQ(about.axes.at("matrix"), (std::vector<std::string>{"latents", "factors"}));
}

TEST(About, EveryMetricOfTheLibraryHasAHeadComment) {
  for (auto* entry : Registry<Metric>::get().entries()) {
    if (entry->file.find("metrics/suite/") == std::string::npos) continue;
    const auto about = about_metric(entry->name);
    ASSERT_TRUE(about.has_value()) << entry->name;
    EXPECT_GE(about->paragraphs.size(), 2u) << entry->name << " says what it is, and what its detail holds";
  }
  EXPECT_FALSE(about_metric("nonesuch").has_value());
}

// What somebody asks who has to choose one.
TEST(About, EveryMetricSaysWhenToUseItAndWhatSpeaksAgainstIt) {
  for (auto* entry : Registry<Metric>::get().entries()) {
    const auto about = about_metric(entry->name);
    if (!about) continue;
    for (const char* opening : {"Use it ", "Criticism: "})
      EXPECT_EQ(std::ranges::count_if(about->paragraphs, [&](auto& text) { return text.starts_with(opening); }), 1)
          << entry->name << ": a paragraph that begins with '" << opening << "'";
  }
}

// Pages draw detail by these axes.
TEST(About, DetailHasTheShapeThatTheCommentSays) {
  const CodeTable table = testing::golden_table();
  TableEvidence evidence(table);
  size_t seen = 0;
  for (auto& metric : Registry<Metric>::get().names()) {
    const auto about = about_metric(metric);
    if (!about) continue;
    Score scored;
    try {
      scored = score(metric, evidence, load_protocol("teasel"), 1);
    } catch (const Error&) {
      continue;  // of what this table does not hold
    }
    for (auto& [name, axes] : about->axes) {
      const auto entry = scored.detail.find(name);
      if (axes.empty() || entry == scored.detail.end()) continue;  // numbers; or an entry of some options alone
      size_t size = 1;
      for (auto& axis : axes)
        size *= static_cast<size_t>(axis == "latents" ? table.d : axis == "factors" ? table.k : 0);
      if (size == 0) continue;  // an axis of its own
      ++seen;
      EXPECT_EQ(entry->second.size(), size) << metric << ": " << name;
    }
  }
  EXPECT_GT(seen, 8u);
}

}  // namespace
}  // namespace teasel
