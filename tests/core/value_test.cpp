// Trees of values, TOML and JSON.
#include "teasel/core/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "golden_arrays.hpp"
#include "teasel/core/error.hpp"

namespace teasel {
namespace {

Value toml(const std::string& text) { return parse_toml(text, "a.toml"); }
Value set(Value root, const std::string& assignment) {
  apply_set(root, assignment);
  return root;
}

TEST(Value, FindsAlongADottedPath) {
  const Value root = toml("[train]\nsteps = 5\nnested = {x = [1, 2.5], name = 'a'}");
  EXPECT_EQ(*root.find("train.steps"), Value(5));
  EXPECT_EQ(root.text_at("train.nested.name"), "a");
  EXPECT_EQ(root.find("train.steps.more"), nullptr);
  EXPECT_EQ(root.find("test"), nullptr);
  EXPECT_EQ(root.text_at("test", "otherwise"), "otherwise");
  EXPECT_THROW(root.text_at("train.steps"), Error);
}

TEST(Value, RemembersWhereItWasWritten) {
  const Value root = toml("a = 1\n[t]\n  bb = 'x'\n");
  EXPECT_EQ(root.find("t.bb")->place.text(), "a.toml:3:8");
  EXPECT_EQ(set(root, "t.bb=3").find("t.bb")->place.text(), "--set t.bb=3");
}

TEST(Value, KeepsTheOrderOfWriting) {
  EXPECT_EQ(to_json(toml("z = 1\na = 2\n[m]\ny = 1\nb = 2")), R"({"z":1,"a":2,"m":{"y":1,"b":2}})");
}

TEST(ParseToml, NamesFileLineAndColumn) {
  for (const std::string bad : {"a = = 1", "[t\nx = 1", "a = 1\na = 2", "x = 2020-01-01"})
    EXPECT_NE(error_of([&] { toml(bad); }).find("a.toml:"), std::string::npos) << bad;
  EXPECT_THROW(read_toml("no/such/file.toml"), Error);
}

TEST(Text, TomlAndJsonReadBackTheSame) {
  const Value root = toml(
      "whole = -9007199254740993\nreal = 0.1\ntiny = 1e-300\nhuge = 1e22\nthird = 0.3333333333333333\nyes = true\n"
      "text = \"a\\\"b\\\\c\\nd\\te \\u00e9 \\u0001\"\nempty = ''\nlist = [1, 2.0, 'x', [], {k = 1}]\n"
      "[table]\n\"odd key.with dot\" = 1\n[table.inner]\nx = 1\n[table.inner.deeper]\n[hollow]\n");
  EXPECT_EQ(parse_toml(to_toml(root), "again"), root);
  EXPECT_EQ(parse_json(to_json(root), "again"), root);
  EXPECT_EQ(parse_json(to_json(root, 2), "again"), root);
}

TEST(Text, EveryDoubleKeepsItsBitsAndItsKind) {
  for (double v : {0.1, 1.0, -0.0, 1e16, 123456789.125, 5e-324, 1.7976931348623157e308, 2.0 / 3}) {
    Value root{Value::Table{{"v", Value(v)}}};
    for (const Value& back : {parse_toml(to_toml(root), "x"), parse_json(to_json(root), "x")}) {
      const double* read = back.find("v")->as<double>();
      ASSERT_NE(read, nullptr) << v;
      EXPECT_EQ(std::signbit(*read), std::signbit(v));
      EXPECT_EQ(*read, v);
    }
  }
  const Value limits{Value::Table{{"a", Value(std::numeric_limits<double>::infinity())},
                                  {"b", Value(-std::numeric_limits<double>::infinity())}}};
  EXPECT_EQ(parse_toml(to_toml(limits), "x"), limits);
}

TEST(ParseJson, RefusesWhatIsNone) {
  EXPECT_THROW(parse_json("{\"a\": ", "x.json"), Error);
  EXPECT_THROW(parse_json("", "x.json"), Error);
}

TEST(ParseJson, RefusesWhatWouldOverflowTheStack) {
  const auto nested = [](size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_NO_THROW(parse_json(nested(200), "x.json"));
  EXPECT_THROW(parse_json(nested(1 << 20), "x.json"), Error);
}
TEST(ParseToml, RefusesWhatWouldOverflowTheStack) {
  EXPECT_THROW(parse_toml("a = " + std::string(1 << 20, '[') + std::string(1 << 20, ']'), "x.toml"), Error);
}
TEST(ParseToml, RefusesKeysOfTooManyParts) {
  std::string key = "a";
  for (int i = 0; i < 100000; ++i) key += ".a";
  EXPECT_THROW(parse_toml(key + " = 1", "x.toml"), Error);
  EXPECT_THROW(parse_toml("[" + key + "]", "x.toml"), Error);
  Value root{Value::Table{}};
  EXPECT_THROW(apply_set(root, key + "=1"), Error);
  std::string numbers = "a = [";
  for (int i = 0; i < 1000; ++i) numbers += "0.5, ";
  EXPECT_NO_THROW(parse_toml(numbers + "]", "x.toml"));
}
TEST(ParseToml, RefusesTimesThatNeverBegin) {  // toml++ takes the digit behind the T for granted
  EXPECT_THROW(parse_toml(std::string_view("date = 1979-05-27T\0\0:00", 23), "x.toml"), Error);
}
TEST(ParseToml, RefusesLettersThatAreNoSpaces) {  // toml++ takes for granted that such a letter never comes here
  EXPECT_THROW(parse_toml("date = 1979-05-\u03e7T07:32:00Z", "x.toml"), Error);
  EXPECT_EQ(parse_toml("text = '\u03e7' # \u03e7", "x.toml").text_at("text"), "\u03e7");
}
TEST(ToJson, StandsTextsThatAreNoUtf8) { EXPECT_NO_THROW(to_json(Value(std::string("\xff\xfe")))); }

TEST(ApplySet, ReadsTomlOrText) {
  Value root{Value::Table{}};
  for (auto* assignment : {"a.whole=3", "a.real = 0.5", "a.yes=true", "a.list=[1, 2]", "a.text=conv_a4",
                           "a.quoted=\"x y\"", "a.views=[{name=\"resize\", size=32}]", "a.empty="})
    apply_set(root, assignment);
  EXPECT_EQ(root, toml("[a]\nwhole = 3\nreal = 0.5\nyes = true\nlist = [1, 2]\ntext = 'conv_a4'\nquoted = 'x y'\nviews "
                       "= [{name = 'resize', size = 32}]\nempty = ''"));
}

TEST(ApplySet, LaterWinsAndComponentsBecomeTables) {
  EXPECT_EQ(set(set(Value(Value::Table{}), "x=1"), "x=2"), toml("x = 2"));
  EXPECT_EQ(set(toml("model = 'beta_vae'"), "model.beta=4"), toml("model = {name = 'beta_vae', beta = 4}"));
  EXPECT_EQ(set(toml("encoder = 'conv_a1'"), "encoder.hidden=[8]"), toml("encoder = {name = 'conv_a1', hidden = [8]}"));
}

TEST(ApplySet, RefusesWhatIsNoAssignment) {
  for (const std::string bad : {"novalue", "=3", "a=[1, 2", "a={x=}"})
    EXPECT_THROW(set(Value(Value::Table{}), bad), Error) << bad;
  EXPECT_THROW(set(toml("a = 3"), "a.b=1"), Error);
}

TEST(Merge, LaysTableOnTable) {
  EXPECT_EQ(merge(toml("a = 1\n[t]\nx = 1\ny = 2"), toml("b = 3\n[t]\ny = 5")),
            toml("a = 1\nt = {x = 1, y = 5}\nb = 3"));
  EXPECT_EQ(merge(toml("l = [1, 2]"), toml("l = [3]")), toml("l = [3]"));
}

TEST(Merge, OptionsOfOneComponentMeanNothingToAnother) {
  const Value base = toml("encoder = {name = 'conv_a1', hidden = [8]}");
  EXPECT_EQ(merge(base, toml("encoder = {name = 'conv_a2'}")), toml("encoder = {name = 'conv_a2'}"));
  EXPECT_EQ(merge(base, toml("encoder = 'conv_a2'")), toml("encoder = 'conv_a2'"));
  EXPECT_EQ(merge(base, toml("encoder = 'conv_a1'")), base);
  EXPECT_EQ(merge(base, toml("encoder = {name = 'conv_a1', channels = [4]}")),
            toml("encoder = {name = 'conv_a1', hidden = [8], channels = [4]}"));
  EXPECT_EQ(merge(base, toml("encoder = {channels = [4]}")),
            toml("encoder = {name = 'conv_a1', hidden = [8], channels = [4]}"));
}

TEST(Merge, OptionsWithoutANameKeepTheComponentBelow) {
  EXPECT_EQ(merge(toml("encoder = 'conv_a2'"), toml("encoder = {hidden = [8]}")),
            toml("encoder = {name = 'conv_a2', hidden = [8]}"));
}

}  // namespace
}  // namespace teasel
