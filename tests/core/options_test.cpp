// One declaration, read, written and listed.
#include "teasel/core/options.hpp"

#include <gtest/gtest.h>

#include "teasel/core/error.hpp"
#include "teasel/core/registry.hpp"

namespace teasel {

struct Shape {
  static constexpr const char* kind = "shape";
  struct Setup {};
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
TEASEL_DEFINE_REGISTRY(teasel::Shape);

struct Square : Shape {
  struct Options {
    double side = 2;
    void describe(Fields& f) { f.field("side", side, "metres", at_least(0)); }
  };
  Square(const Options& o, const Setup&) : side(o.side) {}
  double area() const override { return side * side; }
  double side;
};
const Registrar<Shape, Square> square{"shapes/square.cpp", "four equal sides"};
const Registrar<Shape, Square> other{"shapes/rectangle.two.cpp", "named by the stem up to its first dot"};

namespace {

struct Everything {
  bool flag = false;
  int64_t count = 3;
  double rate = 0.5;
  std::string mode = "fast";
  std::vector<int64_t> sizes{1, 2};
  std::vector<double> weights{0.5};
  std::vector<std::string> names{"a"};
  Schedule beta = 4, gamma = 1;
  Choice shape = Registry<Shape>::choose("square");
  std::vector<Choice> shapes;
  double inner = 1;

  void describe(Fields& f) {
    f.field("flag", flag, "a flag");
    f.field("count", count, "a count", between(1, 10));
    f.field("rate", rate, "a rate", between(0, 1));
    f.field("mode", mode, "a mode", one_of({"fast", "exact"}));
    f.field("sizes", sizes, "sizes", at_least(0));
    f.field("weights", weights, "weights");
    f.field("names", names, "names");
    f.field("beta", beta, "a weight", at_least(0));
    f.field("gamma", gamma, "a weight for each latent", per_latent(at_least(0)));
    f.field("shape", shape, "a shape");
    f.field("shapes", shapes, Registry<Shape>::get(), "shapes");
    f.group("group", "a group", [this](Fields& g) { g.field("inner", inner, "a number"); });
  }
  Describe fields() {
    return [this](Fields& f) { describe(f); };
  }
};

Everything read(const std::string& text) {
  Everything e;
  read_options(e.fields(), parse_toml(text, "a.toml"), "model");
  return e;
}

std::string complaint(const std::string& text) {
  try {
    read(text);
  } catch (const Error& e) {
    return std::string(e.what()) + " | " + e.hint();
  }
  return "";
}

TEST(ReadOptions, FillsWhatIsGivenAndKeepsDefaults) {
  const Everything e =
      read("flag = true\nrate = 1\nsizes = []\nnames = ['x', 'y']\nmode = 'exact'\n[group]\ninner = 7");
  EXPECT_TRUE(e.flag);
  EXPECT_EQ(e.rate, 1);  // a whole number serves as a real one
  EXPECT_TRUE(e.sizes.empty());
  EXPECT_EQ(e.names, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(e.mode, "exact");
  EXPECT_EQ(e.inner, 7);
  EXPECT_EQ(e.count, 3);
  EXPECT_EQ(read("count = 4.0").count, 4);
}

TEST(ReadOptions, ReadsSchedules) {
  EXPECT_EQ(read("beta = 2").beta, Schedule(2));
  const Schedule linear = read("beta = {kind = 'linear', from = 0, to = 25, start = 10, steps = 100}").beta;
  EXPECT_EQ(linear.value(60), 12.5);
  EXPECT_DOUBLE_EQ(read("beta = {kind = 'cosine', from = 3, to = 1, steps = 4}").beta.value(2), 2);
  EXPECT_EQ(read("gamma = [10, 4, 4]").gamma.latents(), 3u);
  EXPECT_EQ(read("gamma = {kind = 'stages', from = 10, to = 1, steps = 5}").gamma.value(5, 1), 1);
}

TEST(ReadOptions, RefusesSchedulesThatMeanNothing) {
  for (auto* bad :
       {"beta = {kind = 'linear', from = 0}", "beta = {kind = 'cubic', from = 0, to = 1}",
        "beta = {kind = 'linear', from = 0, to = 1, stepps = 3}",
        "gamma = {kind = 'linear', from = [0, 1], to = [1, 2, 3]}", "beta = {kind = 'geometric', from = 0, to = 1}",
        "gamma = []", "beta = 'x'", "beta = -1", "beta = {kind = 'linear', from = -1, to = 1}",
        "beta = {kind = 'linear', from = 0, to = 1, steps = 0}", "beta = [1, 2]",
        "beta = {kind = 'stages', from = 10, to = 1}"})
    EXPECT_NE(complaint(bad).find("model."), std::string::npos) << bad;
  EXPECT_NE(complaint("beta = [1, 2]").find("one number"), std::string::npos);
}

TEST(ReadOptions, NamesKeyValueRangeAndPlace) {
  const std::string range = complaint("\n  count = 11");
  for (auto* part : {"a.toml:2:", "model.count", "11", "1 to 10"})
    EXPECT_NE(range.find(part), std::string::npos) << range;
  const std::string unknown = complaint("cuont = 1");
  for (auto* part : {"a.toml:1:", "model.cuont", "Did you mean 'count'"})
    EXPECT_NE(unknown.find(part), std::string::npos) << unknown;
  const std::string word = complaint("mode = 'exakt'");
  for (auto* part : {"model.mode", "exakt", "Did you mean 'exact'"})
    EXPECT_NE(word.find(part), std::string::npos) << word;
  const std::string nested = complaint("shape = {name = 'square', sid = 3}");
  for (auto* part : {"model.shape.sid", "Did you mean 'side'"})
    EXPECT_NE(nested.find(part), std::string::npos) << nested;
  const std::string entry = complaint("sizes = [1, -2]");
  EXPECT_NE(entry.find("model.sizes[1]"), std::string::npos) << entry;
  const std::string group = complaint("[group]\niner = 1");
  EXPECT_NE(group.find("model.group.iner"), std::string::npos) << group;
}

TEST(ReadOptions, RefusesOtherKinds) {
  for (auto* bad :
       {"flag = 1", "count = 1.5", "count = 'x'", "rate = 'x'", "rate = nan", "mode = 3", "sizes = 3", "names = [1]",
        "shape = 3", "shape = 'cirle'", "shapes = 'square'", "shapes = [{side = 2}]", "group = 3"})
    EXPECT_NE(complaint(bad), "") << bad;
  Everything e;
  EXPECT_THROW(read_options(e.fields(), Value(3), "model"), Error);
}

TEST(ReadOptions, ReadsComponents) {
  const Everything e = read("shape = {side = 3}\nshapes = ['square', {name = 'square', side = 5}]");
  EXPECT_EQ(Registry<Shape>::get().make(e.shape, {})->area(), 9);
  ASSERT_EQ(e.shapes.size(), 2u);
  EXPECT_EQ(Registry<Shape>::get().make(e.shapes[0], {})->area(), 4);
  EXPECT_EQ(Registry<Shape>::get().make(e.shapes[1], {})->area(), 25);
}

TEST(WriteOptions, ReadsBackTheSame) {
  Everything e = read(
      "flag = true\nrate = 0.1\ngamma = {kind = 'stages', from = [10, 8], to = 1, steps = 5}\nshapes = ['square', "
      "{name = 'square', side = 5}]");
  const Value written = write_options(e.fields());
  Everything again = read(to_toml(written));
  EXPECT_EQ(write_options(again.fields()), written);
  EXPECT_EQ(*written.find("shape.side"), Value(2.0));  // defaults of components are filled in
  EXPECT_EQ(again.gamma, e.gamma);
}

TEST(ListOptions, SaysTypeDefaultRangeAndDocumentation) {
  Everything e;
  const auto list = list_options(e.fields());
  const auto at = [&](const std::string& key) { return *std::ranges::find(list, key, &OptionInfo::key); };
  EXPECT_EQ(list.size(), 12u);
  EXPECT_EQ(at("count").type, "integer");
  EXPECT_EQ(at("count").standard, "3");
  EXPECT_EQ(at("count").limits, "1 to 10");
  EXPECT_EQ(at("count").doc, "a count");
  EXPECT_EQ(at("mode").limits, "one of: fast, exact");
  EXPECT_EQ(at("beta").limits, "at least 0");
  EXPECT_EQ(at("shape").type, "shape");
  EXPECT_EQ(at("shape").nested.at(0).key, "side");
  EXPECT_EQ(at("group").nested.at(0).key, "inner");
}

TEST(HashOf, FollowsTheContent) {
  EXPECT_EQ(hash_of_bytes(""), "cbf29ce484222325");   // the offset of 64-bit FNV-1a
  EXPECT_EQ(hash_of_bytes("a"), "af63dc4c8601ec8c");  // its published test vector
  EXPECT_EQ(hash_of(parse_toml("a = 1", "x")), hash_of(parse_toml("a=1 # other", "y")));
  EXPECT_NE(hash_of(parse_toml("a = 1", "x")), hash_of(parse_toml("a = 2", "x")));
  EXPECT_NE(hash_of(parse_toml("a = 1", "x")), hash_of(parse_toml("a = 1.0", "x")));
}

}  // namespace
}  // namespace teasel
