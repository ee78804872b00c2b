#include "teasel/report/markup.hpp"

#include <gtest/gtest.h>

namespace teasel {
namespace {

TEST(Markup, EscapesWhatMarkupMeans) {
  EXPECT_EQ(escape("<script>alert('a' & \"b\")</script>"),
            "&lt;script&gt;alert(&#39;a&#39; &amp; &quot;b&quot;)&lt;/script&gt;");
  EXPECT_EQ(escape("β-VAE – 日本 🎉"), "β-VAE – 日本 🎉");
}

TEST(Markup, LeavesOnlyWhatXmlAllows) {
  EXPECT_EQ(escape(std::string("a\0b\x01\x1b[31mc\td\n", 13)), "ab[31mc\td\n");
  EXPECT_EQ(escape("a\xff"
                   "b\xc3"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(escape("\xc0\xbc"), "\xEF\xBF\xBD\xEF\xBF\xBD") << "an overlong '<' must not come through";
  EXPECT_EQ(escape("\xed\xa0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD") << "a surrogate is no character";
}

// The test vectors of RFC 4648, section 10.
TEST(Markup, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
}

TEST(Markup, Anchors) {
  EXPECT_EQ(anchor_of("KL per latent"), "kl-per-latent");
  EXPECT_EQ(anchor_of("  \"><b> 1. β "), "b-1");
  EXPECT_EQ(anchor_of("日本"), "section");
}

TEST(Markup, DisplayWidth) {
  EXPECT_EQ(display_width("abc"), 3);
  EXPECT_EQ(display_width("β ± –"), 5);
  EXPECT_EQ(display_width("日本"), 4);
  EXPECT_EQ(display_width("e\u0301"), 1);
  EXPECT_EQ(display_width(""), 0);
}

}  // namespace
}  // namespace teasel
