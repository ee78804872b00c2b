// `teasel data` as a user sees it.
#include <gtest/gtest.h>

#include <algorithm>

#include "teasel/core/picture.hpp"
#include "teasel/core/rows.hpp"
#include "teasel/data/dataset.hpp"
#include "tests/cli/program.hpp"

namespace teasel {
namespace {

using namespace testing;

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

const std::string small_set =
    "data.views=[{name=\"select\", factor=\"orientation\", values=[0]}, {name=\"select\", factor=\"scale\", "
    "values=[5]}, "
    "{name=\"select\", factor=\"position_x\", every=8}, {name=\"select\", factor=\"position_y\", every=8}, "
    "{name=\"resize\", size=16}]";

TEST(DataVerb, ListsWhatIsRegistered) {
  const Outcome text = teasel::testing::teasel({"data", "list"});
  EXPECT_EQ(text.status, 0) << text.err;
  for (auto& name : Registry<Dataset>::get().names()) EXPECT_TRUE(holds(text.out, name)) << name;
  for (auto& name : Registry<View>::get().names()) EXPECT_TRUE(holds(text.out, name)) << name;
  const Value json = parse_json(teasel::testing::teasel({"data", "list", "--json"}).out, "stdout");
  EXPECT_EQ(json.find("datasets")->as<Value::List>()->size(), Registry<Dataset>::get().names().size());
}

TEST(DataVerb, WhatItMakesIsReadBackAndFoundRight) {
  const TemporaryFolder folder;
  for (auto* name : {"x.npz", "x.h5"}) {
    SCOPED_TRACE(name);
    const std::string file = (folder / name).string();
    const Outcome made = teasel::testing::teasel({"data", "make", "dsprites", "--out", file, "--set", small_set});
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_TRUE(holds(made.out, "48 items"));
    const auto set = open_dataset(parse_toml("name = 'arrays'\nimages = '" + file + "'", ""));
    EXPECT_EQ(set->spec().size, 48);
    EXPECT_EQ(set->spec().fields[0].shape, (std::vector<int64_t>{1, 16, 16}));
    EXPECT_EQ(set->spec().fields[0].dtype, Dtype::bit);
    EXPECT_TRUE(set->spec().full_grid);
    std::vector<double> values = {0, 8. / 31, 16. / 31, 24. / 31};
    const Array stored = read_all(*open_rows(file, "factor_values"));
    EXPECT_EQ(stored.shape, (std::vector<int64_t>{48, 3}));
    EXPECT_EQ(stored.as<double>()[3 * 17], 2);  // item 17: shape 1, which has the value 2
    EXPECT_DOUBLE_EQ(stored.as<double>()[3 * 17 + 2], values[1]);
    EXPECT_EQ(teasel::testing::teasel({"data", "check", file}).status, 0);
    const Outcome spec = teasel::testing::teasel({"data", "check", "arrays", "--json", "--set", "data.images=" + file});
    EXPECT_EQ(spec.status, 0) << spec.out << spec.err;
    EXPECT_EQ(*parse_json(spec.out, "stdout").find("right"), Value(true));
  }
}

TEST(DataVerb, CheckEndsWithTwoWhereSomethingIsWrong) {
  const TemporaryFolder folder;
  const std::vector<uint8_t> few{1, 2};
  write_npz(folder / "x.npz", {{"imgs", Array::of(std::span<const uint8_t>(few), {2})}});
  const Outcome o = teasel::testing::teasel({"data", "check", (folder / "x.npz").string()});
  EXPECT_EQ(o.status, 2);
  EXPECT_TRUE(holds(o.out, "WRONG")) << o.out;
  EXPECT_TRUE(holds(o.out, "737280, 64, 64")) << o.out;
  EXPECT_EQ(o.err, "");
  const Outcome absent = teasel::testing::teasel({"data", "check", "no/such/file"});
  EXPECT_EQ(absent.status, 2);
  EXPECT_TRUE(holds(absent.err, "no file or folder 'no/such/file'")) << absent.err;
}

TEST(DataVerb, MistakesOfMakeLeaveNothingBehind) {
  const TemporaryFolder folder;
  const Outcome ending = teasel::testing::teasel({"data", "make", "dsprites", "--out", (folder / "x.zip").string()});
  EXPECT_EQ(ending.status, 2);
  EXPECT_TRUE(holds(ending.err, ".npz, .h5")) << ending.err;
  const Outcome place =
      teasel::testing::teasel({"data", "make", "dsprites", "--out", (folder / "no/x.h5").string(), "--set", small_set});
  EXPECT_EQ(place.status, 2);
  EXPECT_TRUE(holds(place.err, "mkdir")) << place.err;
  EXPECT_TRUE(folder.names().empty());
}

TEST(DataVerb, PicturesOfYourOwnAreDescribed) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", Picture(16, 16, 3, 9));
  const Outcome o =
      teasel::testing::teasel({"data", "info", "image_folder", "--set", "data.path=" + folder.path().string()});
  EXPECT_EQ(o.status, 0) << o.err;
  EXPECT_TRUE(holds(o.out, "3 x 16 x 16")) << o.out;
}

}  // namespace
}  // namespace teasel
