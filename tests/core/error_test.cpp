#include "teasel/core/error.hpp"

#include <gtest/gtest.h>

namespace teasel {
namespace {

const std::vector<std::string> known{"beta_vae", "factor_vae", "vae", "steps"};

TEST(Nearest, FindsASlipOfThePen) {
  EXPECT_EQ(nearest("beta_vea", known), "beta_vae");  // two letters swapped
  EXPECT_EQ(nearest("betavae", known), "beta_vae");   // one left out
  EXPECT_EQ(nearest("factor_vaes", known), "factor_vae");
  EXPECT_EQ(nearest("vea", known), "vae");
  EXPECT_EQ(nearest("fac", known), "factor_vae");  // cut short
  EXPECT_EQ(nearest("step", known), "steps");
}

TEST(Nearest, SaysNothingOfWhatIsFarAway) {
  EXPECT_EQ(nearest("transformer", known), "");
  EXPECT_EQ(nearest("", known), "");
  EXPECT_EQ(nearest("vae", {}), "");
}

TEST(Nearest, PrefersTheWordItself) { EXPECT_EQ(nearest("vae", known), "vae"); }

TEST(HintForUnknown, NamesTheNearestAndAll) {
  EXPECT_EQ(hint_for_unknown("vea", known), "Did you mean 'vae'? Known: beta_vae, factor_vae, vae, steps.");
  EXPECT_EQ(hint_for_unknown("xyz", known), "Known: beta_vae, factor_vae, vae, steps.");
  EXPECT_EQ(hint_for_unknown("xyz", {}), "None is known.");
}

TEST(Error, CarriesWhatAndHint) {
  try {
    throw_unknown_name("model", "vea", known);
  } catch (const Error& e) {
    EXPECT_STREQ(e.what(), "unknown model 'vea'");
    EXPECT_NE(e.hint().find("'vae'"), std::string::npos);
  }
  EXPECT_EQ(Error("what").hint(), "");
  EXPECT_THROW(throw_name_clash("model", "a", "x/a.cpp", "y/a.cpp"), Error);
}

}  // namespace
}  // namespace teasel
