// From a `[data]` table to a data set.
#include <gtest/gtest.h>

#include <algorithm>

#include "teasel/core/error.hpp"
#include "teasel/data/dataset.hpp"

namespace teasel {
namespace {

Value toml(const std::string& text) { return parse_toml(text, "a.toml"); }

// The message and the hint of the Error that `text` brings.
std::string complaint(const std::string& text) {
  try {
    open_dataset(toml(text));
  } catch (const Error& e) {
    return std::string(e.what()) + " | " + e.hint();
  }
  return "";
}

TEST(OpenDataset, ResolvesEveryOption) {
  const Value full =
      resolve_data(toml("name = 'dsprites'\nviews = ['resize', {name = 'select', factor = 'scale', values = [1, 2]}]"));
  EXPECT_EQ(full, toml("name = 'dsprites'\nfile = ''\nviews = [{name = 'resize', size = 32}, "
                       "{name = 'select', factor = 'scale', values = [1, 2], every = 1}]"));
  EXPECT_EQ(resolve_data(full), full);
}

TEST(OpenDataset, KeepsAPathThatIsGiven) {
  EXPECT_EQ(resolve_data(toml("name = 'dsprites'\npath = 'x'")).text_at("path"), "x");
  EXPECT_EQ(resolve_data(toml("name = 'dsprites'")).find("path"), nullptr);
}

TEST(OpenDataset, OpensWhatItResolved) {
  const std::string text = "name = 'dsprites'\nviews = [{name = 'select', factor = 'shape', values = [2]}, 'resize']";
  const auto a = open_dataset(toml(text)), b = open_dataset(resolve_data(toml(text)));
  EXPECT_EQ(a->spec().size, 245760);
  EXPECT_EQ(b->spec().size, 245760);
  EXPECT_EQ(a->spec().fields[0].shape, (std::vector<int64_t>{1, 32, 32}));
}

TEST(OpenDataset, NamesTheMistake) {
  EXPECT_NE(complaint("path = 'x'").find("data.name"), std::string::npos);
  EXPECT_NE(complaint("name = 3").find("data.name"), std::string::npos);
  const std::string unknown_set = complaint("name = 'dsprite'");
  EXPECT_NE(unknown_set.find("a.toml:1"), std::string::npos) << unknown_set;
  EXPECT_NE(unknown_set.find("Did you mean 'dsprites'?"), std::string::npos) << unknown_set;
  const std::string unknown_key = complaint("name = 'dsprites'\nveiws = []");
  EXPECT_NE(unknown_key.find("a.toml:2"), std::string::npos) << unknown_key;
  EXPECT_NE(unknown_key.find("data.veiws"), std::string::npos) << unknown_key;
  EXPECT_NE(unknown_key.find("'views'"), std::string::npos) << unknown_key;
  EXPECT_NE(unknown_key.find("path"), std::string::npos) << unknown_key;
  const std::string unknown_view = complaint("name = 'dsprites'\nviews = ['resizes']");
  EXPECT_NE(unknown_view.find("'resize'"), std::string::npos) << unknown_view;
  const std::string unknown_option = complaint("name = 'dsprites'\nviews = [{name = 'resize', sise = 16}]");
  EXPECT_NE(unknown_option.find("'size'"), std::string::npos) << unknown_option;
  EXPECT_NE(complaint("name = 'dsprites'\nviews = [{name = 'resize', size = 0}]"), "");
}

TEST(OpenDataset, KnowsWhatIsRegistered) {
  const auto sets = Registry<Dataset>::get().names(), views = Registry<View>::get().names();
  EXPECT_TRUE(std::ranges::count(sets, "dsprites"));
  EXPECT_TRUE(std::ranges::count(views, "select"));
  EXPECT_TRUE(std::ranges::count(views, "resize"));
}

}  // namespace
}  // namespace teasel
