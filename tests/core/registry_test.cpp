#include "teasel/core/registry.hpp"

#include <gtest/gtest.h>

namespace teasel {

struct Tool {
  static constexpr const char* kind = "tool";
  struct Setup {
    int weight = 0;
  };
  explicit Tool(int weight) : weight(weight) {}
  virtual ~Tool() = default;
  int weight;
};
TEASEL_DEFINE_REGISTRY(teasel::Tool);

struct Hammer : Tool {
  struct Options {
    int64_t blows = 1;
    void describe(Fields& f) { f.field("blows", blows, "how many", between(1, 9)); }
  };
  Hammer(const Options& o, const Setup& s) : Tool(s.weight * static_cast<int>(o.blows)) {}
};
TEASEL_REGISTER(Tool, Hammer, "hits");
const Registrar<Tool, Hammer> saw{"any/where/saw.cpp", "cuts"};

namespace {

TEST(FileStem, IsTheNameUpToTheFirstDot) {
  EXPECT_EQ(file_stem("models/zoo/factor_vae.cpp"), "factor_vae");
  EXPECT_EQ(file_stem("factor_vae.cpp"), "factor_vae");
  EXPECT_EQ(file_stem("/a.b/c"), "c");
}

TEST(Registry, NamesEntriesByTheirFilesAndSortsThem) {
  EXPECT_EQ(Registry<Tool>::get().names(), (std::vector<std::string>{"registry_test", "saw"}));
  EXPECT_EQ(Registry<Tool>::get().at("saw").summary, "cuts");
  EXPECT_EQ(Registry<Tool>::get().kind(), "tool");
}

TEST(Registry, MakesFromOptionsAndSetup) {
  const auto tool = Registry<Tool>::get().make("saw", parse_toml("blows = 3", "x"), {.weight = 5});
  EXPECT_EQ(tool->weight, 15);
  EXPECT_EQ(Registry<Tool>::get().make("saw", Value(), {.weight = 5})->weight, 5);
  EXPECT_EQ(Registry<Tool>::get().make(Registry<Tool>::choose("saw"), {.weight = 2})->weight, 2);
}

TEST(Registry, ResolvesToEveryOption) {
  EXPECT_EQ(Registry<Tool>::get().resolve("saw", Value(), "tool"), parse_toml("blows = 1", "x"));
  EXPECT_THROW(Registry<Tool>::get().resolve("saw", parse_toml("blows = 10", "x"), "tool"), Error);
  EXPECT_THROW(Registry<Tool>::get().resolve("saw", parse_toml("blow = 1", "x"), "tool"), Error);
}

TEST(Registry, SaysWhichNameIsUnknown) {
  try {
    Registry<Tool>::get().at("swa");
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "unknown tool 'swa'");
    EXPECT_NE(e.hint().find("'saw'"), std::string::npos);
  }
}

TEST(Registry, ReportsTwoFilesOfOneName) {
  Registry<Tool> registry;
  for (auto* file : {"a/saw.cpp", "b/saw.cpp"})
    registry.add({.name = "saw", .summary = "", .file = file, .describe = {}, .resolve = {}, .make = {}});
  try {
    registry.names();
    ADD_FAILURE();
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("a/saw.cpp"), std::string::npos) << e.what();
    EXPECT_NE(std::string(e.what()).find("b/saw.cpp"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace teasel
